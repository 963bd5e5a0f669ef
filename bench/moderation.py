"""How long a message spends in the filter: `.venv/bin/python -m bench.moderation`.

Prints thread CPU time of `judge` in microseconds. Ordinary lines are mixed so that most pass
untouched, as in a room; the worst cases are texts of 2,000 code points built against one stage each.
"""

import random
import statistics
import time

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


def main() -> None:
    lines = [Submission(text=line, topic="mental-health") for line in ORDINARY]
    order = random.Random(1)
    for line in lines:
        judge(line)
    times = sorted(spent(order.choice(lines)) for _ in range(20_000))
    print(f"ordinary lines of {statistics.mean(map(len, ORDINARY)):.0f} characters")
    print(f"  p50 {times[10_000]:6.0f} us   p99 {times[19_800]:6.0f} us")
    print("2,000 characters against one stage each: first call, then the median of 20 (us)")
    for name, text in WORST.items():
        submission = Submission(text=text[:2000], topic="mental-health")
        first = spent(submission)
        again = statistics.median(spent(submission) for _ in range(20))
        print(f"  {name:16} {first:8.0f} {again:8.0f}")


if __name__ == "__main__":
    main()
