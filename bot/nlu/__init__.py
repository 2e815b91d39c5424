"""Understanding: language, danger, intent, and what is named. Thin Rasa components over plain numpy.

The order of the pipeline in `config.yml` is the order in which a message is read. See docs/adr/0003.
"""
