# %% [markdown]
# # Why there is no schedule, and how to mend it
#
# Rules that each sound reasonable can be impossible together. rotasi then says which of them
# collide, on which days, and what the cheapest ways out are, each checked by solving again.

# %%
import pandas as pd

import rotasi

# %% [markdown]
# ## A policy that cannot be met
#
# Five people at a counter. Everybody gets three remote days a week, and three are always on site.

# %%
people = pd.DataFrame({"nip": ["a", "b", "c", "d", "e"], "opd": "Disdukcapil"})
roster = rotasi.Roster.from_frame(people)
terms = {
    "start": "2026-01-05",
    "end": "2026-01-09",
    "rules": [
        {
            "kind": "quota",
            "id": "jatah",
            "min_days": 3,
            "max_days": 4,
            "text": "Setiap pegawai WFH tiga hari seminggu",
        },
        {
            "kind": "min_on_site",
            "id": "loket",
            "count": 3,
            "text": "Tiga pegawai selalu di loket",
        },
    ],
}
policy = rotasi.Policy.model_validate(terms)
schedule = rotasi.solve(roster, policy)
print(schedule.status)

# %% [markdown]
# ## Why
#
# Who is remote on three days of five is on site on two: five people give ten ASN-days on site. Four
# days with three people each need twelve already. That is what the explanation says, in the
# policy's own words, and it names no more days and rules than it takes.

# %%
explanation = rotasi.explain(roster, policy)
print(explanation)

# %% [markdown]
# For programs the same stands in objects: rule, change and cost of each repair. Repairs of one
# `option` belong together; the first option is the cheapest.

# %%
repairs = pd.DataFrame(
    [(each.option, each.rule, each.cost, each.text) for each in explanation.repairs],
    columns=["option", "rule", "cost", "text"],
)
print(repairs.to_string(index=False))

# %% [markdown]
# ## Mend it
#
# Here the office grants two days instead of three. Nothing else changes.

# %%
mended = policy.to_dict()
mended["rules"][0] |= {"min_days": 2, "text": "Setiap pegawai WFH dua hari seminggu"}
policy = rotasi.Policy.model_validate(mended)
schedule = rotasi.solve(roster, policy)
print(schedule)
print(rotasi.verify(schedule, roster, policy))

# %% [markdown]
# ## And why not on that day?
#
# Somebody asks for a day that the roster does not give. `why` names the rule that forbids it, or
# what it would cost everybody together.

# %%
grid = schedule.to_grid()
nip = grid.index[0]
day = grid.columns[grid.loc[nip] == "WFO"][0].date()
reason = rotasi.why(schedule, roster, policy, nip, day)
print(reason.text)
print(reason.cost.to_string(index=False))
