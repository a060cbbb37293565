#!/usr/bin/python3
"""kept.py < valued.csv: how many of the quotes whose mid lies inside its bounds got a vol, and how many those are."""
import sys

import numpy as np
import pandas as pd

names = ["option_type", "strike", "mid", "t", "forward", "discount", "implied_vol", "iv_status"]
r = pd.read_csv(sys.stdin, usecols=names)
money, forward, strike = (r[c].to_numpy(float) for c in ("mid", "forward", "strike"))
money = money / r["discount"].to_numpy(float)
call = (r["option_type"] == "C").to_numpy()
intrinsic = np.maximum(np.where(call, forward - strike, strike - forward), 0)
inside = (money > intrinsic) & (money < np.where(call, forward, strike)) & (r["t"] > 0).to_numpy()
has_vol = (r["iv_status"] == "ok").to_numpy() & (r["implied_vol"] > 0).to_numpy()
print((inside & has_vol).sum(), inside.sum(), len(r))
