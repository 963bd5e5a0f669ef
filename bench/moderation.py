"""How long a message spends in the filter: `.venv/bin/python -m bench.moderation`.

Prints thread CPU time of `judge` in microseconds: of lines as they are written in a room (our cases of
65 to 100 characters, every category), and of texts of 2,000 code points built against one stage each.
"""

import json
import random
import statistics
import time

from bench.cases import FOLDER
from moderation.pipeline import judge
from moderation.submission import Submission

ORDINARY = (
    "I drank every day for six years and today is day 41, honestly did not think I'd make it",
    "my sponsor says to call before I pick up, not after. it's the hardest part for me so far",
    "went up to 75 mg of sertraline this week, sleepy all day but a bit less anxious at night",
    "thank you all for last night, I read it again this morning and it's why I didn't go out",
    "if you are in the US you can dial or text 988, they stayed on with me until I fell asleep",
    "we split in March — the house feels too quiet… does that ever stop? sending love 💛 to you",
    "everything is so fucked up right now, sorry for the language, I just need to say it once",
    "you can reach me at 555-019-2043 if you want to talk about it later, I'm awake most nights",
)
WORST = {
    "letters": "a" * 2000,
    "swearing": "fuck it " * 250,
    "one long word": "fuck" * 500,
    "spared": "pussy cat " * 200,
    "spelled out": "f u c k " * 250,
    "dots in words": "s.h.i.t." * 250,
    "digits": "1 2 3-4." * 250,
    "numbers": "5550192 " * 250,
    "handles": "@ab " * 500,
    "e-mail starts": "a@" * 1000,
    "domains": "a.com " * 333,
    "domain labels": "a." * 1000,
    "spelled domains": "a dot com " * 200,
    "platforms": "insta is x " * 180,
    "brackets": "(((((((((" * 222,
    "marks": "f\u0336" * 1000,
    "every script": "".join(chr(code) for code in range(0x400, 0x400 + 2000)),
    "long forms": "\ufdfa" * 2000,
}


def spent(submission: Submission) -> float:
    """Microseconds of this thread's CPU time that one verdict takes."""
    before = time.thread_time_ns()
    judge(submission)
    return (time.thread_time_ns() - before) / 1000


def lines() -> list[str]:
    """About 80 characters each: the ordinary lines above, and our own cases of that length."""
    cases = (FOLDER / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    texts = (str(json.loads(case)["text"]) for case in cases)
    return [*ORDINARY, *(text for text in texts if 65 <= len(text) <= 100)]


def main() -> None:
    mixed = lines()
    submissions = [Submission(text=line, topic="mental-health") for line in mixed]
    order = random.Random(1)
    for submission in submissions:
        judge(submission)
    times = sorted(spent(order.choice(submissions)) for _ in range(20_000))
    print(f"{len(mixed)} lines of {statistics.mean(map(len, mixed)):.0f} characters")
    print(f"  p50 {times[10_000]:6.0f} us   p99 {times[19_800]:6.0f} us")
    print("2,000 characters against one stage each: first call, the median of 20 (us), twice what 1,000 take")
    worst = growth = 0.0
    for name, text in WORST.items():
        whole, half = (Submission(text=text[:size], topic="mental-health") for size in (2000, 1000))
        first, again, short = spent(whole), median(whole), median(half)
        worst, growth = max(worst, again), max(growth, again / short)
        print(f"  {name:16} {first:8.0f} {again:8.0f} {again / short:8.2f}")
    print(f"  worst {worst:.0f} us   growth 1,000 -> 2,000: {growth:.2f}")


def median(submission: Submission) -> float:
    return statistics.median(spent(submission) for _ in range(20))


if __name__ == "__main__":
    main()
