"""What providers write of a service that no longer runs while its feed still calls it active.

In a name and an alert every such word counts. A description says much else that is closed (a waiting list, the hall at
weekends, a group “closed” to others), so there a sentence must begin with the service itself.
"""

from __future__ import annotations

import re

from bot.base.text import fold

_LONGEST_DESCRIPTION = 4000
_EVERY_PATTERN_HAS_ONE = ("closed", "cancel", "no longer", "has ended", "finished", "stopped", "suspended")
_GONE = re.compile(
    r"\bcancell?ed\b|(?:permanently|temporarily|currently|now|has|have|is|are) closed\b|"
    r"closed (?:permanently|temporarily|until further notice|down)\b|"
    r"no longer (?:running|runs|available|operating|taking place)|has (?:ended|finished|stopped)\b|suspended until"
)
_CLOSED_NAME = re.compile(r"[(\[]\s*closed\s*[)\]]|\s[-–—]\s*closed$|^closed\s*[-–—:]")
_STILL_ON = re.compile(r"not (?:been )?(?:cancelled|closed)|closed (?:on|for|over|during|to|group|at|in|between|every|each) ")
# What follows “closed” where only a day, a season, a door for others or a kind of group is meant.
_ONLY_SOMETIMES = (
    r"(?!,? (?:on|over|during|to|in|at|between|from|every|each|all|by|when|if|and|or|but|group|membership|session|bank|public|school|half|"
    r"christmas|easter|weekends?|evenings?|afternoons?|mornings?|daily|(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:days?)?)\b"
    r"|,? for (?!(?:the )?(?:foreseeable|refurb|renovat|repair|building|maintenance|good)))"
)
_SAYS_SO = re.compile(
    r"(?:^|[.!?:;] |\n|[-–—*] )(?:(?:sorry|please note|unfortunately|due to [^.,]{1,60}),? (?:that )?)?"
    r"(?:(?:we|it|(?:this|the|our) (?:group|service|session|club|class|activity|playgroup|toddler group|drop-in|scheme|project)s?)"
    r"(?:'re| is| are| has| have)?(?: now| been| currently| temporarily| permanently| sadly)*"
    rf" (?:closed(?: down)?\b{_ONLY_SOMETIMES}"
    r"|no longer (?:running|runs?|available|operating|operates?|taking place)\b(?! (?:on|in|at|from|during)\b)"
    r"|(?:been )?cancell?ed (?:until|permanently)|(?:has|have)? ?(?:ended|finished)(?=[.!]|$))"
    rf"|(?:temporarily|currently|permanently|now) closed\b{_ONLY_SOMETIMES})"
)


def says_closed(name: str, alert: str, description: str) -> bool:
    """Whether nobody should be sent there for now, whatever the feed's status says."""
    told = fold(f"{name}. {alert}")
    if _CLOSED_NAME.search(fold(name)) or (_GONE.search(told) and not _STILL_ON.search(told)):
        return True
    described = fold(description[:_LONGEST_DESCRIPTION])
    return any(word in described for word in _EVERY_PATTERN_HAS_ONE) and bool(_SAYS_SO.search(described))
