"""A longer answer from the library in a parent's language, without what is out of date."""

from __future__ import annotations

from bot.flows.house import House
from bot.replies.fill import fill
from bot.replies.model import Reply


def tell_topic(house: House, topic_id: str, language: str) -> list[Reply]:
    """The topic as one reply, and a second one when something had to be left out.

    Where the language has no such topic the words are English; each reply says which language it is in. An unknown topic gives nothing.
    """
    topic = house.library.topic(topic_id, house.languages.chain(language))
    if topic is None:
        return []
    today, facts = house.clock.today(), house.facts(topic.language)
    direction = house.languages.get(topic.language).direction
    text = "" if today > topic.review_by else fill("\n\n".join(topic.paragraphs), {}, facts, direction)
    replies = [Reply(text, topic.language, direction)] if text else []
    if not text or any(fact not in facts for fact in topic.facts):
        replies.append(house.catalogue.reply("utter_some_out_of_date", language, facts))
    return replies
