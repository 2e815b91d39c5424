"""Cost, distance, spoken languages, access, which of the results, and ways to be reached."""

from __future__ import annotations

from bot.nlu.entity_words import Found, Number, Sentence, Span

KM_PER_MILE = 1.609
WALKING_KM = 1.6
"""Twenty minutes on foot: what people call walking distance."""
_WALK_KM_A_MINUTE = 0.08
_DRIVE_KM_A_MINUTE = 0.5
_BUS_KM_A_MINUTE = 0.25
_ONE_BUS_KM = 5.0
_PRICE_PENCE = 2000
"""Amounts above this are rent, debts and wages, unless a word says that they are a limit."""
_SHORT_CHOICE = 6
_SHORT_WAY = 7
_NEAR_A_WAY = 2
_HERE, _ONLY_HERE = "here", 2
_SHORT_ASKING = 14


def read_costs(sentence: Sentence) -> list[Found]:
    """Free (or that it need not be: `not_cost`), or the most that a parent would pay, in pence."""
    found = [
        Found("not_cost" if sentence.rules_out(span) else "cost", {"free": True}, span.start)
        for span in sentence.of("free")
        if span.start not in sentence.used
    ]
    for pence, start, end in _amounts(sentence):
        limited = sentence.near(start, end, "limit", 4, 3)
        if limited or (pence <= _PRICE_PENCE and not sentence.near(start, end, "not_price", 5, 4)):
            found.append(Found("cost", {"max_pence": pence}, start))
        sentence.used |= set(range(start, end))
    return found


def _amounts(sentence: Sentence) -> list[tuple[int, int, int]]:
    found = []
    for number in sentence.numbers.values():
        if number.start in sentence.used:
            continue
        unit = sentence.starting(number.end, "pounds", "pence")
        behind = sentence.word(number.end) == "£" and number.end + 1 not in sentence.numbers  # “10£”, as it is written elsewhere
        if behind:
            found.append((round(number.value * 100), number.start, number.end + 1))
        elif sentence.word(number.start - 1) == "£":
            found.append((round(number.value * 100), number.start - 1, number.end))
        elif unit:
            found.append((round(number.value * (100 if unit.label == "pounds" else 1)), number.start, unit.end))
    return found + [(int(span.value), span.start, span.end) for span in sentence.of("money_words")]


def read_distances(sentence: Sentence) -> list[Found]:
    """Kilometres, or `nearer`."""
    found: list[Found] = []
    for number in sentence.numbers.values():
        km = None if number.start in sentence.used else _km(sentence, number)
        if km is not None:
            found.append(Found("distance_km", round(km, 1), number.start))
            sentence.used.add(number.start)
    for span in sentence.of("distance_words"):
        times = sentence.number_ending(span.start)  # “mile stąd” is a mile from here, “2 mile stąd” are two
        found.append(Found("distance_km", round(float(span.value) * (times.value if times else 1), 1), span.start))
    timed = [(_km_in(sentence, float(span.value), span), span.start) for span in sentence.of("minute_words")]
    found += [Found("distance_km", round(km, 1), at) for km, at in timed if km is not None]
    for span in sentence.of("miles"):
        half = sentence.ending(span.start - (1 if sentence.word(span.start - 1) in {"a", "de"} else 0), "half")
        if half and half.start not in sentence.used and not sentence.number_ending(half.start):
            found.append(Found("distance_km", round(KM_PER_MILE / 2, 1), half.start))
    if found:
        return found
    return [
        Found("distance_km", WALKING_KM if span.label == "walking" else "nearer", span.start)
        for span in sentence.of("walking", "nearer", "far_off")
        if span.start not in sentence.used and not (span.label == "nearer" and _is_near_a_place(sentence, span))
    ]


def _is_near_a_place(sentence: Sentence, nearer: Span) -> bool:
    """`brixton k qareeb`: near a place, not nearer than what was shown."""
    return sentence.has(nearer.start - 1, "weekday_links") and sentence.ending(nearer.start - 1, "place") is not None


def _km(sentence: Sentence, number: Number) -> float | None:
    end = number.end
    while sentence.has(end, "of") and not sentence.has(end, "miles", "kilometres", "minutes"):
        end += 1
    half, end = (0.5, end + 3) if sentence.word(end + 2) and sentence.starting(end, "half") else (0.0, end)
    unit = sentence.starting(end, "miles", "far_off", "kilometres", "minutes", "bus")
    if unit is None:
        return None
    if unit.label in {"miles", "far_off"}:
        return (number.value + half) * KM_PER_MILE
    if unit.label == "kilometres":
        return number.value + half
    if unit.label == "bus":
        return _ONE_BUS_KM if number.value == 1 else None
    return _km_in(sentence, number.value, unit)


def _km_in(sentence: Sentence, minutes: float, unit: Span) -> float | None:
    """How far one comes in a time, when a word near it says how; None otherwise."""
    for label, speed in (("walk", _WALK_KM_A_MINUTE), ("drive", _DRIVE_KM_A_MINUTE)):
        if sentence.near(unit.start, unit.end, label, 3, 4):
            return minutes * speed
    by_bus = sentence.length <= _SHORT_CHOICE and sentence.near(unit.start, unit.end, "bus", 0, 3)
    return minutes * _BUS_KM_A_MINUTE if by_bus else None


def read_languages(sentence: Sentence) -> list[Found]:
    """Languages wanted; not those that a parent does not speak or wants to learn."""
    return [
        Found("spoken_language", span.value, span.start)
        for span in sentence.of("languages")
        if not _in_thought(sentence, span, "no_language_near", 3, 2)
    ]


def _in_thought(sentence: Sentence, span: Span, label: str, before: int, after: int) -> bool:
    """Whether a word of a kind stands near, with no comma between."""
    for begin, step, reach in ((span.start - 1, -1, before), (span.end, 1, after)):
        for at in range(begin, begin + step * reach, step):
            if sentence.is_pause(at):
                break
            if sentence.has(at, label):
                return True
    return False


def read_access(sentence: Sentence) -> list[Found]:
    """What the family needs to be able to come: step-free access, or one of `content/directory/needs.yml`."""
    found = [Found("access_need", "step_free", span.start) for span in sentence.of("step_free")[:1]]
    return found + [Found("access_need", span.value, span.start) for span in sentence.of("needs")]


def read_choices(sentence: Sentence) -> list[Found]:
    """Which of the results; in longer messages only with a word such as `one` or `group` beside it."""
    found = []
    for span in sentence.of("ordinals"):
        several = span.end - span.start > 1
        picked = sentence.length <= _SHORT_CHOICE or several or sentence.has(span.end, "pick")
        timed = sentence.has(span.end, "units", "weekdays", "weekend", "months") or sentence.has(span.start - 1, "units")
        if picked and not timed and not _is_a_child(sentence, span) and not set(range(span.start, span.end)) & sentence.used:
            found.append(Found("ordinal", int(span.value), span.start))
    return found


def _is_a_child(sentence: Sentence, ordinal: Span) -> bool:
    """“My second is 8 months”, “ابني الثاني”: one of the children, not one of the results."""
    at = ordinal.end + (1 if sentence.has(ordinal.end, "pick") else 0)
    beside = sentence.ending(ordinal.start, "of_a_child") or sentence.starting(ordinal.end, "of_a_child")
    if beside and at == ordinal.end:  # not “my second choice”
        return True
    said_to_be = sentence.starting(at, "age_before", "being")
    number = sentence.numbers.get(said_to_be.end if said_to_be else at)
    return number is not None and number.start in sentence.used


def read_ways(sentence: Sentence) -> list[Found]:
    """How a parent wants to be reached, or not (`not_callback_way`), in short messages."""
    if sentence.length > _SHORT_WAY:
        return []
    found = []
    for span in sentence.of("ways"):
        if span.value == _HERE:
            if sentence.length > _ONLY_HERE or sentence.has(span.start - 1, "where"):
                continue  # “I'm new here”, “near here”
            span = Span(span.label, "chat", span.start, span.end)
        refused = _is_refused(sentence, span)
        found.append(Found("not_callback_way" if refused else "callback_way", f"by_{span.value}", span.start))
    return found


def _is_refused(sentence: Sentence, way: Span) -> bool:
    """Whether a way is not wanted; a refusal between two of them, as in “by message not phone”, speaks of one only."""
    for begin, step in ((way.start - 1, -1), (way.end, 1)):
        for at in range(begin, begin + step * _NEAR_A_WAY, step):
            if sentence.is_pause(at) or sentence.has(at, "ways"):
                break
            if sentence.has(at, "refusal"):
                beyond = range(at + step, at + step * (_NEAR_A_WAY + 1), step)
                between = any(sentence.has(other, "ways") for other in beyond)
                if not between or sentence.has(at, "refusal_after") == (step == 1):
                    return True
                break
    return False


def read_follow_ups(sentence: Sentence) -> list[Found]:
    """What only means something after what was shown or asked before: a kind of child, a price, another number, “do I get it?”."""
    asked = [Found("asks_entitlement", True, span.start) for span in sentence.of("entitlement")] if sentence.length <= _SHORT_ASKING else []
    if sentence.length > _SHORT_CHOICE:
        return asked
    aged = bool(sentence.of("age_nouns", "age_words")) or any(number.start in sentence.used for number in sentence.numbers.values())
    kinds = {"child_groups": "child_group", "price": "asks_price", "other_number": "other_number"}
    return asked + [
        Found(kinds[span.label], int(span.value) if span.label == "child_groups" else True, span.start)
        for span in sentence.of(*kinds)
        if not set(range(span.start, span.end)) & sentence.used and not (aged and span.label == "child_groups")
    ]
