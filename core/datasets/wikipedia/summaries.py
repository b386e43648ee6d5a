"""Reading the director out of a film's summary, only where the sentence leaves no doubt."""

import re

MAX_DIRECTORS = 4
"""More names than this are a list of something else."""

_UPPER = "A-ZÀ-ÖØ-ÞĀ-Ž"
_NATION = (
    r"(?:American|Argentine|Australian|Austrian|Belgian|Brazilian|British|Canadian|Chinese|Czech|Danish|"
    r"Dutch|English|Finnish|French|German|Greek|Hong Kong|Hungarian|Icelandic|Indian|Iranian|Irish|"
    r"Israeli|Italian|Japanese|(?:South )?Korean|Mexican|New York|New Zealand|Norwegian|Palestinian|"
    r"Polish|Russian|Scottish|South African|Spanish|Swedish|Swiss|Taiwanese|Turkish|Welsh)"
)
_PARTICLE = r"(?:de|del|della|der|den|di|da|dos|du|el|la|le|van|von|zu|ten|ter|bin|al)"
_INITIALS = rf"(?:[A-Z]\.\s?)+(?=[{_UPPER}]|{_PARTICLE}\s)"
_WORD = rf"[{_UPPER}](?:[\w’'\-–]*\w)?"
_TOKEN = rf"(?:{_INITIALS}|St\.\s(?=[A-Z])|{_WORD})"
_NAME = rf"{_TOKEN}(?:\s?(?:{_PARTICLE}\s)*{_TOKEN})*(?:,?\s(?:Jr|Sr)\b\.?)?"
_LIST = re.compile(rf"{_NAME}(?:,\s{_NAME})*(?:,?\s(?:and|&)\s{_NAME})?")
_VERB = (
    r"(?:co-)?(?:written|produced|edited|narrated|shot|adapted|animated|scored|photographed|filmed|created)"
)
_DESCRIBED = (
    rf"(?:(?:the|its|{_NATION}|[a-z][\w’'\-]*)\s){{0,4}}?"
    rf"(?:directors?|filmmakers?|writer-director|producer-director|producers?|star|creator|artist)\s"
)
_DIRECTED = re.compile(
    rf"\b(?:co-)?directed(?:(?:,\s(?:and\s)?|\sand\s|\s&\s){_VERB})*,?\sby"
    rf"(?P<starring>,?\sand,?\s(?:co-)?starring,?)?\s(?:(?:the\s)?(?:brothers|siblings|twins|sisters)\s)?"
    rf"(?:{_DESCRIBED})?(?=[{_UPPER}])"
)
_OTHER_FILM = re.compile(
    r"(?i)\b(?:remake|sequel|prequel|version|adaptation|follow-up|spin-off|reboot|parody|spoof)s?\s(?:of|to)\b"
    r"[^,;]*$|"
    r"\bbased on (?:the|a|an|its) [^,;]*\b(?:film|movie|short)\b[^,;]*$|"
    r"\b(?:not|never)(?: to be| been)? $|"
    r"\b(?:animation|sequences?|scenes?|segments?|sketches|footage|songs?|play|production|series|trilogy)"
    r"(?: was| were)? $"
)
_NO_PERSON = re.compile(
    r"\b(?:Academy|Awards?|Brothers|Bros|Sisters|Studios?|Pictures|Productions?|Films?|Company|University|"
    r"It|The|In|On|This|Adapted|Disney|Starring|Stars|Based|Written|Produced|Hollywood|Broadway|"
    r"Department|Entertainment)\b"
)
_DESCRIBES_NEXT = re.compile(
    r"['’]s\b|-based\b|"
    r"\s(?:writer|director|filmmaker|star|creator|actor|actress|native|veteran|alum\w*|producer|film)\b"
)
_CAST_NEXT = re.compile(
    r"\s(?:(?:co-)?stars?|(?:co-)?starring|play(?:s|ed)?|portray(?:s|ed)?|appear(?:s|ed)?|is|are|was|were)\b"
)


def directors_from_extract(extract: str) -> tuple[str, ...]:
    """Names after "directed by" in a film's summary.

    Args:
        extract: The first sentences of a page, plain text.

    Returns:
        One to four full names, or () where nobody is named, only a surname stands there that no full name in
        the text explains, the sentence is about another film, or the list runs into something else.
    """
    match = _DIRECTED.search(extract)
    if not match:
        return ()
    sentence = max(extract.rfind(". ", 0, match.start()), 0)
    if _OTHER_FILM.search(extract[sentence : match.start()]):
        return ()
    found = _LIST.match(extract, match.end())
    if not found or _DESCRIBES_NEXT.match(extract, found.end()):
        return ()
    names = re.split(r",?\s(?:and|&)\s|,\s(?!(?:Jr|Sr)\b)", found[0])
    is_pair = len(names) == 2 and names[0].isalpha() and len(names[1].split()) == 2
    if is_pair and not re.search(rf"{_TOKEN}\s{names[0]}\b", extract):  # "Anthony and Joe Russo"
        names = [f"{names[0]} {names[1].split()[1]}", names[1]]
    has_and = re.search(r"\s(?:and|&)\s", found[0]) is not None
    if len(names) > 1 and (match["starring"] or not has_and or _CAST_NEXT.match(extract, found.end())):
        names = names[:1]
    names = [_full_name(_with_junior(name), extract) for name in names]
    if len(names) > MAX_DIRECTORS or not all(_is_person(name) for name in names):
        return ()
    return tuple(dict.fromkeys(names))


def _with_junior(name: str) -> str:
    return re.sub(r",?\s(Jr|Sr)\.?$", r" \1.", name.strip(" ,"))


def _full_name(name: str, text: str) -> str:
    """A bare surname with the first names that the text gives it elsewhere, if these are always the same."""
    if " " in name or not name.isalpha():
        return name
    found = {one.strip() for one in re.findall(rf"(?:{_TOKEN}\s)+{name}\b", text)}
    return found.pop() if len(found) == 1 else name


def _is_person(name: str) -> bool:
    words = name.split()
    is_nation = re.match(rf"{_NATION}\b", name) is not None
    is_cut = len(words[-1]) < 2 or words[-1] in ("St", "Mc", "De")
    return (
        2 <= len(words) <= 5
        and len(name) <= 40
        and not is_cut
        and not is_nation
        and not _NO_PERSON.search(name)
    )
