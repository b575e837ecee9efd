# %% [markdown]
# # A first roster
#
# Six people, one week: from tables to a proven and verified roster, and a hand edit that is
# caught.
# Run it as a script (`python examples/first_roster.py`), or open it as a notebook with jupytext.

# %%
import pandas as pd

import rotasi

# %% [markdown]
# ## Data
#
# Only `nip` and `opd` are required. Any unique text serves as a NIP.

# %%
employees = pd.DataFrame(
    [
        ("ani", "Perencanaan", "administrative", "Baik"),
        ("budi", "Perencanaan", "administrative", "Sangat Baik"),
        ("citra", "Perencanaan", "administrative", "Baik"),
        ("dewi", "Data", "administrative", "Baik"),
        ("eka", "Data", "administrative", "Kurang"),
        ("fajar", "Loket", "frontline", "Baik"),
    ],
    columns=["nip", "unit", "service", "performance"],
).assign(opd="Bappeda")
leave = pd.DataFrame({"nip": ["budi"], "start": ["2026-01-08"], "end": ["2026-01-09"]})
wishes = pd.DataFrame(
    [("ani", "Fri", 3), ("budi", "Mon", 1), ("citra", "Fri", 2), ("citra", "Thu", 1)],
    columns=["nip", "weekday", "weight"],
)
roster = rotasi.Roster.from_frame(employees, leave=leave, wishes=wishes)
print(roster)

# %% [markdown]
# ## Policy

# %%
policy = rotasi.Policy.model_validate(
    {
        "name": "A first policy",
        "start": "2026-01-05",
        "end": "2026-01-09",
        "rules": [
            {"kind": "never_remote", "scope": {"service": ["frontline"]}},
            {"kind": "require_performance", "minimum": "Baik"},
            {"kind": "quota", "max_days": 2},
            {"kind": "min_on_site", "share": 0.6},
            {"kind": "min_on_site", "by": ["unit"], "count": 1},
        ],
    }
)

# %% [markdown]
# ## Solution
#
# Dewi may be remote because Eka, whom her performance keeps on site, is there for the unit Data.

# %%
schedule = rotasi.solve(roster, policy)
print(schedule.to_grid().rename(columns=lambda day: f"{day:%a}").to_string())
print(schedule.objectives.to_string(index=False))

# %% [markdown]
# Every objective is proven: no roster that keeps the rules has more remote days; none with as many
# grants more wishes; and none of those is fairer.

# %%
report = rotasi.verify(schedule, roster, policy)
print(report)

# %% [markdown]
# ## A hand edit
#
# Somebody sends Fajar home on Tuesday. The verifier says which rules that breaks.

# %%
edited = schedule.to_frame()
edited.loc[(edited["nip"] == "fajar") & (edited["date"] == "2026-01-06"), "status"] = "WFH"
report = rotasi.verify(edited, roster, policy)
print(report)
print(report.violations[["rule", "group", "nip", "text"]].to_string(index=False))
