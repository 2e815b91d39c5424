"""Which days, parts of the day and prices a parent rules out: “not Tuesday”, “mornings are no good”, “any day but Friday”."""

from __future__ import annotations

from collections.abc import Iterator

from bot.nlu.entity_words import Sentence, Span

DAYS = ("weekdays", "weekdays_unsure", "today", "tomorrow", "after_tomorrow", "weekend", "periods")
_MAY_BE_RULED_OUT = (*DAYS, "parts", "free")
_WORDS_BETWEEN = 2


def mark_ruled_out(sentence: Sentence) -> None:
    """Note in the sentence what it rules out, before anything is read from it.

    What is joined by `and` or `or` is ruled out together. Of “not Tuesday morning” the day is ruled out; whether other
    mornings are wanted nobody can say. A word that rules something out does so once, first of all for what follows it
    (“only mornings, I'm busy in the afternoon”).
    """
    groups = list(_groups(sentence))
    left = [group for group in groups if not _rule_out(sentence, group, ruling_before(sentence, group[0].start))]
    for group in left:
        _rule_out(sentence, group, _ruling_after(sentence, max(span.end for span in group)))


def ruling_before(sentence: Sentence, start: int) -> Span | None:
    """The words before a place that rule out what stands there."""
    for at in range(start, max(start - _WORDS_BETWEEN, 0) - 1, -1):
        if cue := _cue(sentence, "before", end=at):
            return cue
        if not sentence.has(at - 1, "of", "where", "units", "weekday_signs") or sentence.has(at - 1, "until"):
            return None
    return None


def _ruling_after(sentence: Sentence, end: int) -> Span | None:
    last = _cue(sentence, "last", start=end)
    ends_a_thought = last is not None and (sentence.is_pause(last.end) or sentence.has(last.end, *_MAY_BE_RULED_OUT))
    # “پیر کو” is one day's name and “کو کام ہے” what rules it out: they share a word.
    return _cue(sentence, "after", start=end) or _cue(sentence, "after", start=end - 1) or (last if ends_a_thought else None)


def _cue(sentence: Sentence, where: str, start: int | None = None, end: int | None = None) -> Span | None:
    found = [
        span
        for span in sentence.of("ruled_out")
        if span.value == where
        and start in (None, span.start)
        and end in (None, span.end)
        and not sentence.used & set(range(span.start, span.end))
    ]
    return max(found, key=lambda span: span.end - span.start, default=None)


def _groups(sentence: Sentence) -> Iterator[list[Span]]:
    """Days and parts of the day that are said together."""
    group: list[Span] = []
    inside = {at for cue in sentence.of("ruled_out") for at in range(cue.start, cue.end)}
    for span in sentence.of(*_MAY_BE_RULED_OUT):
        if span.start in inside:
            continue  # “I'm not free Sunday”
        if group and not _is_joined(sentence, group[-1], span):
            yield group
            group = []
        group.append(span)
    if group:
        yield group


def _is_joined(sentence: Sentence, before: Span, span: Span) -> bool:
    if span.start <= before.end:
        return span.start < before.end or (before.label == "parts") != (span.label == "parts")
    return span.start == before.end + 1 and sentence.has(before.end, "and", "or", "until") and not sentence.is_pause(before.end)


def _rule_out(sentence: Sentence, group: list[Span], cue: Span | None) -> bool:
    if cue is None:
        return False
    sentence.used |= set(range(cue.start, cue.end))
    days = [span for span in group if span.label in DAYS]
    sentence.ruled_out |= {(span.label, span.start) for span in days or group}
    sentence.left_open |= {span.start for span in group if days and span.label == "parts"}
    return True
