# %% [markdown]
# # Late changes
#
# The roster of the month is out, and then somebody falls ill, somebody is transferred, somebody
# joins. `rotasi.revise` changes a roster in force from a date on, and as little as it can.

# %%
import pandas as pd

import rotasi

# %% [markdown]
# ## The roster in force
#
# Eight people, two weeks; four are always on site.

# %%
people = pd.DataFrame({"nip": list("abcdefgh"), "opd": "Bapenda"})
policy = rotasi.Policy.model_validate(
    {
        "start": "2026-01-05",
        "end": "2026-01-16",
        "rules": [
            {"kind": "quota", "max_days": 3, "text": "WFH paling banyak tiga hari seminggu"},
            {"kind": "min_on_site", "count": 4, "text": "Paling sedikit empat pegawai di kantor"},
            {"kind": "max_consecutive", "remote": 2, "text": "WFH paling lama dua hari berturut"},
        ],
    }
)
schedule = rotasi.solve(rotasi.Roster.from_frame(people), policy)
print(schedule.to_grid().rename(columns="{:%d/%m}".format).to_string())

# %% [markdown]
# ## What is new
#
# On Thursday, 8 January, it turns out: `b` and `c` are on leave the whole second week, `h` has gone
# to another OPD, and `i` joins.

# %%
week = {"start": "2026-01-12", "end": "2026-01-16"}
leave = pd.DataFrame([{"nip": nip} | week for nip in "bc"])
people_now = pd.DataFrame({"nip": list("abcdefgi"), "opd": "Bapenda"})
roster_now = rotasi.Roster.from_frame(people_now, leave=leave)

# %% [markdown]
# ## Changed as little as it takes
#
# Every day before the date is as it was. The first objective is `changes`: the days of leave
# themselves, and the days of others who have to step in. It is proven like every other.

# %%
revised = rotasi.revise(schedule, roster_now, policy, "2026-01-09")
print(revised.objectives[["kind", "value", "proven"]].to_string(index=False))
print(rotasi.verify(revised, roster_now, policy))

# %% [markdown]
# ## Who has to be told
#
# Of those who were there already, and are not on leave, only these have another day than before.

# %%
changes = schedule.diff(revised)
work = ["WFO", "WFH"]
told = changes[changes["before"].isin(work) & changes["after"].isin(work)]
print(told.to_string(index=False))

# %% [markdown]
# ## Compare with a fresh roster
#
# To solve anew would give a roster as good, but turn over many more days.

# %%
fresh = rotasi.solve(roster_now, policy)
print(len(changes), "changed ASN-days by revise,", len(schedule.diff(fresh)), "by solving anew")

# %%
rotasi.plots.heat_map(revised, "Bapenda")
