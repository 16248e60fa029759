"""Take out of a text what tells who somebody is; the same value always gets the same replacement.

A replacement keeps the shape of what it stands for (an address stays an address, a foreign letter in
a name stays one), so that a recording shows the problem that the machine showed.
"""

from __future__ import annotations

import contextlib
import getpass
import ntpath
import os
import posixpath
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...model.reading import Reading, Readings, Text
from . import hostnames

_MIN_NAME_CHARS = 3
#: Names that tell nothing, or that stand in the texts of every machine.
_GENERAL_NAMES = frozenset({
    "admin", "administrator", "amd", "arch", "config", "debian", "default", "desktop", "docker",
    "fedora", "gpu", "guest", "home", "host", "host.docker.internal", "intel", "laptop", "linux", "linuxbrew", "llama",
    "llama-server", "localai", "localhost", "localhost.localdomain", "macos", "model", "models",
    "nvidia", "ollama", "public", "root", "runner", "server", "shared", "system", "temp", "tmp",
    "ubuntu", "user", "users", "windows", "workspace", "/root", "/",
})  # fmt: skip
_HEX = "[0-9a-fA-F]"
_UUID = re.compile(rf"\b{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}\b")
#: ROCm's unique ids
_GPU_ID = re.compile(rf"\bGPU-{_HEX}{{16}}\b")
_MAC = re.compile(rf"\b{_HEX}{{2}}([:-]){_HEX}{{2}}(?:\1{_HEX}{{2}}){{4}}\b(?!\1{_HEX}{{2}})")
#: as switches write it; with a letter, numbers alone are a version
_MAC_IN_THREE = re.compile(rf"\b(?=[\d.]*[a-fA-F]){_HEX}{{4}}(?:\.{_HEX}{{4}}){{2}}\b(?!\.)")
#: four numbers are an address only where no word before them says that they are a version
_IPV4 = re.compile(
    r"(?<![\w.])(?<!version )(?<!driver )(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)", re.IGNORECASE
)
_PRIVATE = re.compile(r"(?:127|10|192\.168|169\.254|0|255|203\.0\.113|172\.(?:1[6-9]|2\d|3[01]))\.")
#: global, local to a site, and link-local ones (which hold the MAC address)
_IPV6 = re.compile(
    rf"(?<![\w:])(?!2001:db8:)(?:[23]{_HEX}{{3}}|[fF][cdCD]{_HEX}{{2}}|[fF][eE]80)"
    rf"(?:(?::{_HEX}{{1,4}}){{7}}|(?=[0-9a-fA-F:]*::)(?:::?{_HEX}{{1,4}}){{0,7}}(?:::)?)(?!\w)"
)
#: up to the last @ before the host, with a scheme (then a password may hold / and @, but is no port
#: with a path) or, in a proxy's setting, without one
_CREDENTIALS = re.compile(
    r"(?<=://)[^\s/\"'<>:@]{1,100}:(?!\d{1,5}/)[^\s\"'<>]{1,200}(?=@[\w\[])|"
    r"(?<=://)[^/\s\"'<>]{1,300}(?=@)|(?<![\w/@.-])[\w.-]{1,64}:[^\s/@:]{1,200}(?=@[\w.-]{1,200}:\d)"
)
_EMAIL = re.compile(
    r"(?<![\w.+@/-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}(?!(?:service|socket|target|scope|slice|mount|timer)\b)"
    r"[a-zA-Z]{2,}\b"
)
_CONFIDENTIAL = (
    r"(?:api[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|hf[_-]token|"
    r"password|passwd|passphrase|secret|private[_-]?key|credentials?)"
)
#: A mark around a text, also where it stands inside another one
_QUOTE = r"(?:\\*[\"'])?"
#: JSON's words for nothing are no secret, and JSON without them is none
_VALUE = r"(?!(?:null|none|true|false)\b)[^\s\"',;&<>\\]{4,}"
#: what is said of a password without telling it
_WORDS_ABOUT_ONE = (
    r"(?:not|no|required|needed|wrong|incorrect|invalid|missing|empty|expired|unset|set|too|also|used|"
    r"asked|only|never|stored|accepted|refused|rejected|being|encrypted|correct|in|the|an?)"
)
#: (before)(secret): headers, settings, options, queries, JSON and YAML
_SECRETS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i)(\bauthorization{_QUOTE}\s*[:=]\s*{_QUOTE}(?:(?:bearer|basic|token|digest)\s+)?){_VALUE}",
        rf"(?i)(\bpass(?:word|wd|phrase)\s+(?:is|was)\s+{_QUOTE})(?!{_WORDS_ABOUT_ONE}\b){_VALUE}",
        r"(?i)(\bbearer\s+)[\w.~+/=-]{8,}",
        r"(?i)(\b(?:set-)?cookie:\s*)[^\n\"'\\]+",
        # one in quotation marks may hold blanks
        rf"(?i)(\b[\w-]{{0,40}}{_CONFIDENTIAL}[\w-]{{0,40}}{_QUOTE}\s*[:=]\s*\")(?!{_WORDS_ABOUT_ONE}\b)[^\"\n\\]{{4,200}}(?=\")",
        rf"(?i)(\b[\w-]{{0,40}}{_CONFIDENTIAL}[\w-]{{0,40}}{_QUOTE}\s*[:=]\s*')(?!{_WORDS_ABOUT_ONE}\b)[^'\n\\]{{4,200}}(?=')",
        rf"(?i)(\b[\w-]{{0,40}}{_CONFIDENTIAL}[\w-]{{0,40}}{_QUOTE}\s*[:=]\s*{_QUOTE})(?!\d+\b){_VALUE}",
        rf"(?i)(\bcurl\b[^\n]{{0,300}}?\s(?:-u|--user|--proxy-user|-U)[ =]?{_QUOTE})[^\s\"':]{{1,100}}:[^\s\"']+",
        r"(?i)(\blogin\s+)\S{1,100}\s+password\s+\S+",
        r"(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]{1,20000}",
        r"(\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\w+)\s+)AAAA[\w+/=]{8,}",
        r"(\bhooks\.slack\.com/services/)[\w/]{4,}",
        rf"(?i)(\b(?:machine|boot)[ _-]?id{_QUOTE}\s*[:=]\s*{_QUOTE})[0-9a-f]{{32}}",
        rf"(?i)((?<![\w-])--[\w-]{{0,40}}(?:token|{_CONFIDENTIAL})[ =]{_QUOTE}){_VALUE}",
        rf"(\b[A-Z0-9_]{{0,60}}(?:TOKEN|PASS|_KEY|SECRET)={_QUOTE})(?!\d+\b){_VALUE}",
        rf"(?i)([?&](?:token|key|sig|signature|x-amz-[\w-]+|policy)=){_VALUE}",
        r"(?i)([\"'](?:token|key)\\*[\"']\s*:\s*\\*[\"'])[^\s\"'\\]{16,}",
        # hf_transfer is a package, and hf_hub_download a function
        r"()\b(?!hf_(?:transfer|hub_|endpoint|datasets|inference))(?:hf_|sk-|ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|nvapi-|xox[abp]-|AKIA|AIza|eyJ)[\w.-]{8,}",
    )
)
_IDENTIFYING = r"(?:serial(?!i[sz])|\bs/n\b|unique[ _]?id|asset[ _]?tag|board[ _]?id)"
#: (before)(number): on the line, on the next one, in XML, in JSON
_NO_NUMBER_OF_ONE = (
    r"(?![ -](?:ata|attached|bus|port|console|communication|controller|i/?o|over|line)\b)"
)
_SERIALS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)(\bSerialNumber[ \t]*(?:\r?\n|\\+n)\s*)([^\s\"\\][^\n\"\\]*)",
        rf"(?i)(<(?!serial \d+>){_IDENTIFYING}[^>]{{0,40}}>)([^<\n]+)",
        (
            rf"(?i)({_IDENTIFYING}{_NO_NUMBER_OF_ONE}[^\":=\\\n]{{0,40}}{_QUOTE}\s*[:=]\s*{_QUOTE})"
            r"([^\s\",\\][^\n\",\\]*)"
        ),
    )
)
_NO_NUMBER = re.compile(
    r"(?i)\W*(?:n/?a|none|unknown|not [\w ]+|0+|to be filled.*|default string)\W*"
)
_NETWORK_NAME = re.compile(
    rf"(?i)(\b(?:e?ssid|wi-?fi network){_QUOTE}\s*[:=]\s*{_QUOTE})([^\s,\"\\][^\n,\"\\]*)"
)
_DOMAIN_USER = re.compile(
    rf"(?i)(\b(?:user|user ?name|account|owner|login|logon|runas|identity)\b{_QUOTE}\s*[:=]?\s*{_QUOTE})"
    r"([\w.-]{2,64}\\{1,4}[\w.$-]{2,64})"
)
#: the folder of somebody's home; a name on Windows may hold blanks
_HOMES = re.compile(
    r"((?:/home/|/Users/|/mnt/[a-z]/Users/))([^/\s\"'`:;,<>*()\[\]]+)|"
    r"((?<![a-zA-Z])[A-Za-z]:[\\/]+Users[\\/]+)([^\\/\n\"'`:;<>|*?]{1,80})(?=[\\/\n\"'`:;]|$)"
)


_CONTAINER_ID = re.compile(r"[0-9a-f]{12}")


@dataclass
class Redactor:
    """`names` maps whole words (user, host, home) to their stand-ins."""

    names: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def for_this_user(cls) -> Redactor:
        """Knows the home folder, user, host and domain of the process that runs."""
        host = socket.gethostname()
        names = {host: "<host>", host.partition(".")[0]: "<host>"}
        redact = cls()
        ours = f"OLLAMA_HOST={os.environ.get('OLLAMA_HOST', '')}"
        names |= {name: redact.host(name) for name in hostnames.hosts_set(ours)}
        names |= {os.environ.get("USERDOMAIN", ""): "<domain>"}
        with contextlib.suppress(KeyError, OSError, ImportError):
            names[getpass.getuser()] = "<user>"
        home = os.path.expanduser("~")
        names |= {ntpath.basename(posixpath.basename(home)): "<user>", home: "<home>"}
        redact.names |= {name: stand_in for name, stand_in in names.items() if _identifies(name)}
        return redact

    @classmethod
    def for_readings(cls, readings: Readings) -> Redactor:
        """As `for_this_user`; it also knows the servers that the readings name in a setting."""
        redact = cls.for_this_user()
        redact.learn(_with_name(key, one) for key, one in readings.by_key.items())
        return redact

    def learn(self, texts: Iterable[str]) -> None:
        """From now on the servers that these texts name in a setting are hidden wherever they stand."""
        found = {name for text in texts for name in hostnames.hosts_set(text)}
        self.names |= {name: self.host(name) for name in sorted(found) if _identifies(name)}

    def key(self, key: str) -> str:
        return self._named(_CREDENTIALS.sub("<user>:<password>", key))

    def text(self, text: str) -> str:
        """The text without names, addresses, serial numbers, secrets."""
        text = without_secrets(text)
        for serial in _SERIALS:
            text = serial.sub(lambda m: m[1] + self._serial(m[2]), text)
        text = _UUID.sub(
            lambda m: self._kept("uuid", m[0], "00000000-0000-0000-0000-{:012d}"), text
        )
        text = _GPU_ID.sub(lambda m: self._kept("gpu", m[0], "GPU-{:016d}"), text)
        for pattern in hostnames.PATTERNS:
            text = pattern.sub(self._renamed, text)
        text = hostnames.ORIGINS.sub(lambda m: hostnames.ORIGIN.sub(self._renamed, m[0]), text)
        return self._named(self._addresses(text))

    def host(self, name: str) -> str:
        """A name of the same kind: with a domain where it has one. A container's id names nobody."""
        if not _identifies(name) or name.startswith("host-") or _CONTAINER_ID.fullmatch(name):
            return name
        return self._kept("host", name, "host-{}.example" if "." in name else "host-{}")

    def _renamed(self, found: re.Match[str]) -> str:
        """What was found, with stand-ins for the computer and the account that it names."""
        text, start = found[0], found.start()
        parts = [name for name in found.re.groupindex if found[name] is not None]
        for kind in sorted(parts, key=lambda name: -found.start(name)):
            name = found[kind]
            new = self.host(name) if kind == "host" else self._account(name)
            text = text[: found.start(kind) - start] + new + text[found.end(kind) - start :]
        return text

    def _account(self, name: str) -> str:
        return self._kept("user", name, "<user-{}>") if _identifies(name) else name

    def _addresses(self, text: str) -> str:
        text = _MAC_IN_THREE.sub(lambda m: self._kept("mac", m[0], "0200.0000.{:04d}"), text)
        text = _MAC.sub(
            lambda m: self._kept("mac", m[0], m[1].join(("02", "00", "00", "00", "00", "{:02d}"))),
            text,
        )
        text = _IPV4.sub(
            lambda m: m[0] if _PRIVATE.match(m[0]) else self._kept("ip", m[0], "203.0.113.{}"), text
        )
        text = _IPV6.sub(lambda m: self._kept("ip", m[0], "2001:db8::{}"), text)
        text = _EMAIL.sub(lambda m: self._kept("email", m[0], "<email {}>"), text)
        return _NETWORK_NAME.sub(lambda m: m[1] + self._kept("ssid", m[2], "<ssid {}>"), text)

    def _named(self, text: str) -> str:
        text = _DOMAIN_USER.sub(lambda m: m[1] + self._kept("user", m[2], "<user-{}>"), text)
        for name, stand_in in sorted(self.names.items(), key=lambda item: -len(item[0])):
            whole_word = rf"(?<![^\W_]){re.escape(name)}(?![^\W_])"
            text = re.sub(whole_word, stand_in.replace("\\", r"\\"), text, flags=re.IGNORECASE)
        return _HOMES.sub(lambda m: (m[1] or m[3]) + self._owner(m[2] or m[4]), text)

    def _owner(self, name: str) -> str:
        """Of a home folder: with a foreign letter or a blank where the name has one."""
        if name.startswith("<") or name.lower() in _GENERAL_NAMES:
            return name
        word = "user" if name.isascii() else "üser"
        return self._kept("user", name, f"<{word}{' ' if ' ' in name else '-'}{{}}>")

    def _serial(self, value: str) -> str:
        return value if _NO_NUMBER.fullmatch(value) else self._kept("serial", value, "<serial {}>")

    def _kept(self, kind: str, value: str, shape: str) -> str:
        """The stand-in for this value; `shape` has a place for its number."""
        number = sum(known == kind for known, _ in self.seen) + 1
        return self.seen.setdefault((kind, value.strip(" \"'").lower()), shape.format(number))


def _with_name(key: str, reading: Reading) -> str:
    """What it says; a variable's value as `NAME=value`."""
    text = reading.everything if isinstance(reading, Text) else ""
    return f"{key[4:]}={text}" if key.startswith("env:") else text


def without_secrets(text: str) -> str:
    """Without passwords, tokens and keys; everything else stays, for the person whose it is."""
    text = _CREDENTIALS.sub("<user>:<password>", text)
    for secret in _SECRETS:
        text = secret.sub(lambda m: m[1] + "<token>", text)
    return text


def _identifies(name: str) -> bool:
    """Short or general names (`root`, `pi`) tell nothing and stand inside other words."""
    return len(name) >= _MIN_NAME_CHARS and name.lower() not in _GENERAL_NAMES
