#!/usr/bin/python3
"""strange_chain.py SEED N: quotes of N snapshots with numbers that no market makes, as NDJSON: huge, tiny, negative, zero,
crossed, expired, of all exercises. Whatever they are, vgreeks gives them a status and no guess (tests/bats)."""
import json
import random
import sys

NUMBERS = [0, 1e-300, 5e-324, 1e-10, 0.01, 0.05, 1, 5, 12.5, 99.99, 100, 101, 1e3, 1e6, 1e15, 1e100, 1e300, 1.7e308, -1, -1e300]
ENDS = ["2024-01-16T21:00:00Z", "2024-01-16T21:59:59.999999999Z", "2024-01-17T21:00:00Z", "2024-02-16T21:00:00Z",
        "2026-01-16T21:00:00Z", "2054-01-16T21:00:00Z", "2261-01-01T00:00:00Z"]


def number():
    return random.choice(NUMBERS + [random.uniform(0, 200), random.uniform(0, 200), 10 ** random.uniform(-12, 12)])


def quotes(ts):
    for _ in range(random.randint(1, 3)):
        end, exercise, base = random.choice(ENDS), random.choice("AAE"), random.choice([100, 100, 1e-6, 1e9, 1e200])
        for _ in range(random.randint(1, 12)):
            strike = random.choice([base * random.uniform(0.5, 1.5), base * random.uniform(0.9, 1.1), number()])
            for right in "CP":
                bid = random.choice([number(), base * random.uniform(0, 0.3)])
                quote = {"kind": "quote", "ts": ts, "underlying": "X", "symbol": "s", "expiration": end[:10], "expires": end,
                         "strike": strike, "option_type": right, "exercise": exercise, "bid": bid,
                         "ask": random.choice([bid, bid * 1.1, bid + 0.1 * base, number()])}
                if random.random() < 0.7:
                    quote["underlying_price"] = random.choice([base, number()])
                if random.random() < 0.05:
                    quote["inverse"] = True
                if random.random() < 0.9:
                    yield quote


random.seed(int(sys.argv[1]))
for i in range(int(sys.argv[2])):
    instant = "2024-01-16T21:%02d:%02dZ" % (i // 60 % 60, i % 60)
    for record in quotes(instant):
        print(json.dumps(record).replace("Infinity", "1.7e308"))
