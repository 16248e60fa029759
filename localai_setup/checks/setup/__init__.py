"""What localai itself set up; each repair is a step of the saved plan."""
