"""What fine-tuning needs to know: a person's examples, the settings of the training, what it costs."""
