"""Makes moderation/model.json: `make model DATA=folder`, or `python -m moderation.training --data folder`.

Plain Python, one seed, one order: the same inputs give the same bytes. README.md says what it is
trained on and how its threshold was chosen.
"""
