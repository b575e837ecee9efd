# %% [markdown]
# # A city under five policies
#
# Before a circular is signed: how many remote days would it give, how few would be on site, whom
# would it leave out, what would it save? The same people under five policies, each solved to proven
# optimality.

# %%
from datetime import date

import rotasi
from rotasi import claims, presets

# %% [markdown]
# ## Policies
#
# Presets are real policies with their sources; `presets.bekasi_2026` is Bekasi's draft, the others
# are West Java's. All of them get one period: days of different periods do not compare.

# %%
month = date(2026, 1, 5), date(2026, 1, 30)
policies = {
    "Bekasi, 1 hari": presets.bekasi_2026(*month, max_days=1),
    "Bekasi, 2 hari": presets.bekasi_2026(*month, max_days=2),
    "Kamis WFH": presets.jabar_se150_november_2025(*month),
    "50:50": presets.jabar_se150_december_2025(*month),
    "Jabar, 4 hari": presets.jabar_wfa_2023(*month),
}
for rule in policies["Bekasi, 2 hari"].all_rules:
    print(f"{rule.id:22} {rule.text}")

# %% [markdown]
# ## How large is it?
#
# Before solving anything: what is there to decide, and how long may it take?

# %%
city = rotasi.datasets.city(400)
print(rotasi.estimate(city, policies["Bekasi, 2 hari"]))

# %% [markdown]
# ## Comparison
#
# One row per policy. `refused` have applied and may not be remote on any day; `least_on_site` is
# the smallest share of those present that is in an office on any day. The savings are what the
# press claims, with the range of the claims: see `docs/savings.md` for how far to trust them.

# %%
table = rotasi.compare(city, policies, claims.BERDAYA_NEWS)
print(table[["policy", "status", "eligible", "refused", "remote_days"]].to_string(index=False))
print(
    table[["policy", "least_on_site", "wishes_granted", "spread"]].round(2).to_string(index=False)
)

# %%
rotasi.plots.comparison(table)

# %% [markdown]
# ## One of them, looked at
#
# Where does the minimum bite? Bars that touch the line have nobody to spare.

# %%
policy = policies["50:50"]
schedule = rotasi.solve(city, policy)
print(rotasi.verify(schedule, city, policy))
summary = schedule.summary().sort_values("least_on_site")
print(
    summary[["opd", "asn", "remote_days", "least_on_site"]].head().round(2).to_string(index=False)
)

# %%
rotasi.plots.coverage(schedule, "Setda")

# %% [markdown]
# And is it fair? The more ASN in one bar, the more alike are their days.

# %%
rotasi.plots.fairness(schedule)
