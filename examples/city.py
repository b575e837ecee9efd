# %% [markdown]
# # A city
#
# A made-up city of 12,000 ASN in 45 OPDs under Bekasi's draft policy for 2026, for a month, and
# what it would cost to keep more people on site. `python examples/city.py 2000` takes a smaller
# city.

# %%
import sys
from datetime import date

import pandas as pd

import rotasi

arguments = sys.argv[1:]
n_asn = int(arguments[0]) if arguments and arguments[0].isdigit() else 12_000
roster = rotasi.datasets.city(n_asn)
print(roster)

# %% [markdown]
# ## The draft as it stands

# %%
policy = rotasi.presets.bekasi_2026()
schedule = rotasi.solve(roster, policy)
print(schedule)
print(schedule.objectives.to_string(index=False))

# %% [markdown]
# Some OPDs gain much, others nothing: services that face the public stay on site.

# %%
summary = schedule.summary().sort_values("remote_share", ascending=False)
print(summary.head(5).round(2).to_string(index=False))
print(summary.tail(3).round(2).to_string(index=False))

# %% [markdown]
# ## What a stricter floor costs

# %%
shares = (0.5, 0.7, 0.9)
stricter = [rotasi.solve(roster, rotasi.presets.bekasi_2026(share=share)) for share in shares]
values = [each.objectives.set_index("kind")["value"] for each in stricter]
costs = pd.DataFrame(values, index=[f"{share:.0%} on site" for share in shares])
print(costs.to_string())

# %% [markdown]
# ## The month after
#
# With January as `previous`, quotas hold over the seam, and who had fewer days is favoured.

# %%
february = rotasi.presets.bekasi_2026(start=date(2026, 2, 2), end=date(2026, 2, 27))
following = rotasi.solve(roster, february, previous=schedule)
print(following)
print(rotasi.verify(following, roster, february))
