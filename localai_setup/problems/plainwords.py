"""Whether a person wrote a text, or a program printed it."""

from __future__ import annotations

import re

#: Somebody who complains says it in fewer words, on fewer lines; most in one or two sentences.
MAX_WORDS, MAX_LINES = 240, 16
FEW_WORDS, FEW_LINES = 60, 5
#: nobody complains at greater length, and no report is longer without a sign of its problem
MAX_COMPLAINT_BYTES, MAX_REPORT_BYTES = 2000, 8000
#: as many of them make a sentence, and as many more one that nobody wrote of himself
_ENOUGH_SMALL_WORDS, _MANY_SMALL_WORDS = 1, 3
#: What programs print and people seldom write.
_OF_A_PROGRAM = re.compile(
    r":(?!\d+(?:\.\d+)?b\b|latest\b)\S|\b\w*(?:error|warn\w*|info|note|debug|failed|failure|err|result|usage|caused by)\W{0,2}:|^\s*(?!(?:cline|roo|aider|opencode|claude|codex|goose|ollama|jan|bug|issue|question|help)\b)\w+:\s|\bTraceback\b|\d\d:\d\d|(?<!\w)[\\/][\w.-]+[\\/]|[{}=\[\]|]|</?(?!think)\w|\b0x[0-9a-f]|(?<!\bOLLAMA)(?<=\w)_\w|^\s*[$#>%]|\s--\w|\w\((?!\?)"
    r"|\w\.(?!exe\b|dll\b|cpp\b|ai\b|\d)\w|\b(?:errno|exception|fatal|argument|module|library|libraries)\b"
    r"|\S {3,}\S|^\d{3} |\b\d+ (?:newly|upgraded)\b",
    re.IGNORECASE | re.MULTILINE,
)
#: Marks of chat templates, which people copy from an answer into their own sentence.
_MARK = re.compile(
    r"<?\|?\b(?:im_start|im_end|start_of_turn|end_of_turn|eot_id|endoftext)\b\|?>?", re.IGNORECASE
)
#: What programs print and people write as well: it takes a word of a person beside it.
_OF_EITHER = re.compile(r"\b(?:your|please|error|warning|invalid|unable)\b", re.IGNORECASE)
#: What people write and programs seldom print.
_OF_A_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|me|we|our|it|it's|its|why|how|which|what|always|keeps?|every time|never|really)\b",
    re.IGNORECASE,
)
#: What only people write, of themselves or as a question.
_OF_A_TELLER = re.compile(
    r"(?<![\\/])\b(?:i|i'm|i've|i'd|my|me|we|we're|our|why|how|anyone|anybody)\b(?!/)",
    re.IGNORECASE,
)
#: Small words of which programs, which print no sentences, have few.
_OF_SENTENCES = re.compile(
    r"\b(?:the|a|an|is|are|and|but|of|when|then|than|after|every|all|like|while|still|just"
    r"|so|very|too|again|although|though|simply|anymore|at\sall|based\son|can\snot|suddenly|completely|from|there|does|doesn't|don't|isn't|can't|won't)\b",
    re.IGNORECASE,
)
#: Small words of German, Dutch, French, Spanish, Italian, Portuguese, Polish and Turkish that are no English ones.
_FOREIGN = re.compile(
    r"\b(?:ist|nicht|das|und|ich|mein|meine|seit|sehr|wird|kein|keine|auf|het|niet|een|mijn|sinds|erg"
    r"|est|pas|le|les|une|mon|depuis|trop|ça|je|el|los|mi|muy|desde|una|está|il|mio|molto|dopo|della"
    r"|não|meu|minha|muito|está|nie|jest|się|bardzo|çok|bir|değil"
    r"|der|bei|nichts|ein|eine|weil|mit|wenn|aber|wie|oder|alles|auch|nur|beim|dem|den|warum|mein|hallo|läuft|nach|zu"
    r"|que|du|avec|quand|mais|ce|bonjour|pourquoi|cela|suis|j'ai|dans|sur|pour|plus"
    r"|la|las|con|cuando|pero|mucho|tengo|puedo|todo|hola|porque|uso|para|por|del|y"
    r"|ne|ma|em|um|uma|com|sem|quando|eu|olá|fazer|aparece|na|da|ao|isso|che|con|sono|perché|ciao|non|zijn|ik|waarom)\b",
    re.IGNORECASE,
)
#: Commands and settings that a person names in the middle of a sentence.
_NAMED = re.compile(r"`[^`\n]{1,120}`|\bnum_(?:ctx|gpu|predict)\b")
#: A line with so many small words, and one that programs seldom print, is somebody's.
_CLEAR_SMALL_WORDS = 5
_LATIN_END = "\u024f"
_FEW_FOREIGN = 2
#: Of the letters of a sentence in Chinese or Russian so many are not Latin, with names and an address in it.
_FOREIGN_SHARE = 0.2
#: Words of a title that a person gives to a report, which programs do not say of themselves.
_OF_A_REPORT = re.compile(
    r"\b(?:(?:recent|latest|newest|last|new) (?:update|version|release)|(?:empty|blank|no) (?:response|answer|output|page)|returns?"
    r"|getting|gets|trying|tried|uses|using|most|any|cannot|cant|not able|instead|anymore|only|keep(?:s|ing)?|after|since|when"
    r"|(?:issues?|problems?|trouble) with|stopped|no longer|while|not (?:working|responding|showing|loading|detected|recognized)"
    r"|(?:on|for|in|with) (?:windows|linux|mac|macos|ubuntu|amd|intel|nvidia|apple)\w*)\b",
    re.IGNORECASE,
)
_FEW_OF_A_REPORT, _LEAST_TITLE = 2, 6
#: A person's words stand in the first lines of a report, and a title has no more words than this.
_REPORTED_LINES, _TITLE_WORDS = 60, 24
#: What a report of a trouble says, in the words of a person or of a program.
_OF_TROUBLE = re.compile(
    r"\b(?:\w*errors?|\w*exception|fail(?:s|ed|ing|ure)?|crash(?:es|ed|ing)?|can(?:no|['\u2019]?)t|can not|unable"
    r"|not (?:found|work\w*|detected|recogni[sz]ed|supported)|(?:does|do|did|wo|is)n['\u2019]?t|stuck|panic"
    r"|refused|denied|undefined symbol|garbage|gibberish|nonsense|slow|slower|disappeared|falls? back|terminated"
    r"|segfaults?|segmentation fault|broken|no (?:connection|response|answer|output|effect)|blocks|blocking|blank|all black"
    r"|out of (?:v?ram|memory)|oom|no (?:\w+ )?(?:gpus?|offload)|(?:cpu|gpu) only|only (?:on )?(?:the )?cpu"
    r"|empty (?:response|answer|output|reply|message)s?|nothing happens|corrupt(?:ed|ion)?|confus(?:ed|ion)|bad result\w*)\b"
    r"|失败|失敗|出错|报错|错误|無法|无法|不能|异常|異常|崩溃|为空|エラー|できない|실패|오류",
    re.IGNORECASE,
)
#: Who says this names no trouble.
_OF_NO_TROUBLE = re.compile(
    r"\b(?:no|without(?: any)?|zero|(?:did|do|does|have|has)(?:n['\u2019]?t| not) (?:see|seen|had|have|notice|noticed|get) any)"
    r"(?: more| further)? (?:errors?|issues?|problems?|crash\w*|failures?|trouble|hangs?|warnings?)\b(?! (?:shown?|messages?|logs?|logged|in)\b)",
    re.IGNORECASE,
)
#: What programs print where they end in an error.
_OF_AN_ERROR = re.compile(
    r"^Traceback \(most recent|^(?:[\w.]+\.)?\w+(?:Error|Exception)\b|^(?:\w+ )?(?:error|fatal)\b[^\n]{0,80}:|\bpanic:"
    r"|\bUnhandled\b",
    re.IGNORECASE | re.MULTILINE,
)
#: What a person says of a trouble who does not name it so.
_OF_DISAPPOINTMENT = re.compile(
    r"\b(?:(?:has|have|had|was|were|are|could|would)n['\u2019]?t|not (?:allow|complet|finish|lett?|load|start|show|us|call|respond|stall)\w*"
    r"|even though|although|despite|instead of|no longer|anymore|expected|from scratch|invalidat\w+|maxe[sd]|regress\w*"
    r"|not (?:display|open|appear|find|see|detect|recogni|possible|able|respons|respond|follow|read|remember|save|update|download)\w*"
    r"|(?:weird|strange|odd|bizarre|drastic\w*|unexpected\w*|bad|poor|poorly|worse|worst|useless|unusable|wtf|horrible|terrible|nothing (?:i|is|was|to|comes|works|shows|appears)|then nothing)"
    r"|(?:unresponsive|hallucinat\w+|halucinat\w+|incoherent|missing|deleted|vanished|issues?|problems?|trouble|bugs?|repeat(?:s|ed|ing)? (?:it|the|over))"
    r"|only (?:outputs?|answers?|generates?|prints?|shows?|black|one|half)|black (?:image|picture|screen|window)s?|never (?:ends?|stops?|comes|finish\w*)"
    r"|broken|hang(?:s|ing)?|stall(?:s|ed|ing)?|freez\w+|time[sd]? ?out|wrong|ignor(?:es|ed|ing)|too (?:long|many|much|large|small))\b",
    re.IGNORECASE,
)
#: A person who reports writes as many lines of sentences, and more than one line in all.
_LEAST_LINES = 2
#: Names of files, settings and choices, which a person writes in a headline as programs do.
_WRITTEN_SO = re.compile(
    r"\b[\w.-]+\.(?:so|dll|dylib|py|exe|gguf|json|ya?ml|safetensors|txt|sh|cpp)\b[\d.]*|\b\w+_\w+\b|(?<=\w)/(?=\w)"
)
#: What stands in what programs print, and in no headline.
_END_OF_A_SENTENCE = re.compile(r"[.:,]$|: |\.\.\.")
#: What somebody did, one thing after the other.
_STEP = re.compile(r"\s*\d{1,2}[.)] [A-Z][a-z]")
#: A handful of words without one of these are a complaint only if no name or number stands in them.
_HANDFUL = 6
_TERSE = re.compile(r"[A-Z]?[a-z' ,!?]+(?: (?:CPU|GPU|GPUs|VRAM|RAM)[a-z' ,!?]*)*\.?")


def in_plain_words(text: str) -> bool:
    """Whether a person wrote this, and no program printed it."""
    text = _NAMED.sub("that", _MARK.sub("mark", text))
    lines = [line for line in text.splitlines() if line.strip()]
    words = len(text.split())
    if not 0 < words <= MAX_WORDS or len(lines) > MAX_LINES:
        return False
    if words > FEW_WORDS or len(lines) > FEW_LINES or _OF_A_PROGRAM.search(text):
        return _is_an_account(lines)
    if _OF_A_PERSON.search(text) or _is_titled(text) or _is_a_title(text):
        return True
    if _OF_EITHER.search(text):
        return _small_words(text) >= _MANY_SMALL_WORDS and len(lines) > 1
    terse = words <= _HANDFUL and _TERSE.fullmatch(text.strip())
    return bool(terse or _is_sentence(text))


def is_report(text: str) -> bool:
    """Whether a person reports a trouble here, beside what programs printed: a title or own sentences."""
    lines = text.strip().splitlines()[:_REPORTED_LINES]
    titled = len(lines) > 1 and not lines[1].strip() and 1 < len(lines[0].split()) <= _TITLE_WORDS
    by_person = any(map(_is_a_persons, lines)) or len([*filter(_STEP.match, lines)]) >= _LEAST_LINES
    return ((titled or by_person) and _is_stated(_OF_TROUBLE, text)) or is_headed(text)


def is_headed(text: str) -> bool:
    """Whether a headline stands above whatever follows: a person's few words for a trouble, and no sentence."""
    head, *rest = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    as_written = _WRITTEN_SO.sub("that", _NAMED.sub("that", head))
    by_person = head[:1].isalpha() and not _OF_A_PROGRAM.search(as_written)
    is_headline = 1 < len(head.split()) <= _TITLE_WORDS and not _END_OF_A_SENTENCE.search(head)
    return bool(rest) and is_headline and by_person and names_trouble(head)


def is_troubled(text: str) -> bool:
    """Whether somebody tells in several lines, a sentence among them, of something that is not as it should be."""
    lines = [line for line in text.splitlines()[:_REPORTED_LINES] if line.strip()]
    sentences = [line for line in lines if _is_written(line)]
    return len(lines) >= _LEAST_LINES and bool(sentences) and names_trouble(text)


def names_trouble(text: str) -> bool:
    """Whether a word of it says that something is not as it should be."""
    return _is_stated(_OF_TROUBLE, text) or _is_stated(_OF_DISAPPOINTMENT, text)


def _is_stated(trouble: re.Pattern[str], text: str) -> bool:
    """Whether it stands there, and not only in "no errors"."""
    return bool(trouble.search(_OF_NO_TROUBLE.sub("", text)))


def names_an_error(text: str) -> bool:
    """Whether a program says that it ended in an error: "not found" and "failed" stand in healthy logs, too."""
    return bool(_OF_AN_ERROR.search(text))


def _is_written(line: str) -> bool:
    printed = not line.lstrip()[:1].isalpha() or line.split(maxsplit=1)[0].endswith(":")
    return not printed and _small_words(line) >= _MANY_SMALL_WORDS


def _is_a_persons(line: str) -> bool:
    begins_as_printed = not line.lstrip()[:1].isalpha()
    return not begins_as_printed and bool(_OF_A_TELLER.search(line) and _OF_SENTENCES.search(line))


def is_foreign(text: str) -> bool:
    """Whether a person wrote this in another language than English; few words tell that of no program."""
    return not _OF_A_PROGRAM.search(text) and _is_short(text) and _has_foreign_words(text, share=0)


def is_of_another_language(text: str) -> bool:
    """Whether at least a good part of a short text is no English; addresses and messages may stand beside it."""
    return _is_short(text) and _has_foreign_words(text, share=_FOREIGN_SHARE)


def _is_short(text: str) -> bool:
    return len(text.split()) <= MAX_WORDS and len(text.splitlines()) <= MAX_LINES


def _has_foreign_words(text: str, share: float) -> bool:
    """Of letters that are not Latin there must be as large a share; few words tell enough of the others."""
    letters = [letter for letter in text if letter.isalpha()]
    others = sum(letter > _LATIN_END for letter in letters)
    if others >= _FEW_FOREIGN and others >= share * len(letters):
        return True
    foreign = len(set(map(str.lower, _FOREIGN.findall(text))))
    return foreign >= _FEW_FOREIGN and foreign > _small_words(text)


def _is_an_account(lines: list[str]) -> bool:
    """Whether a person tells this at length: names of machines and versions stand between sentences."""
    about = [line for line in lines if _is_reported(line)]
    own = [line for line in lines if line in about or _small_words(line) >= _MANY_SMALL_WORDS]
    printed = [line for line in lines if line not in own and _OF_A_PROGRAM.search(line)]
    return bool(about) and _words(own) > _words(printed)


def _is_reported(line: str) -> bool:
    """Whether somebody tells this of himself, or in a sentence as no program prints it."""
    if _OF_A_TELLER.search(line):
        return bool(_OF_SENTENCES.search(line))
    clear = _small_words(line) >= _CLEAR_SMALL_WORDS and _OF_A_PERSON.search(line)
    return bool(clear) and not _OF_A_PROGRAM.search(line)


def _is_titled(text: str) -> bool:
    """Whether an empty line stands below the first one, as in a report, and nothing that a program prints."""
    first, _, rest = text.strip().partition("\n")
    return rest.startswith("\n") and len(text.split()) >= _LEAST_TITLE and first[-1:] != ":"


def _is_a_title(text: str) -> bool:
    """Whether this one line is how people name a report."""
    words = len(text.split())
    several = len(set(map(str.lower, _OF_A_REPORT.findall(text)))) >= _FEW_OF_A_REPORT
    return "\n" not in text.strip() and words >= _LEAST_TITLE and several


def _words(lines: list[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _is_sentence(text: str) -> bool:
    return _small_words(text) >= _ENOUGH_SMALL_WORDS


def _small_words(text: str) -> int:
    return len(_OF_SENTENCES.findall(text))
