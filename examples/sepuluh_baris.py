# %% [markdown]
# # Jadwal pertama dalam sepuluh baris
#
# Siapa dari sebuah OPD yang bekerja dari rumah, dan pada hari apa? Sebutkan pegawainya dan
# aturannya; rotasi mencari jadwal terbaik dan membuktikan bahwa tidak ada yang lebih baik. Jalankan
# sel-sel ini dari atas ke bawah.

# %%
import pandas as pd

import rotasi
from rotasi.messages import use_language

# %% [markdown]
# ## Semuanya
#
# Tujuh pegawai dari satu OPD, satu minggu. Setiap orang WFH paling banyak dua hari; setiap hari
# paling sedikit separuh pegawai berada di kantor. Sebagai NIP boleh dipakai teks apa pun asal unik,
# sehingga data pribadi tidak perlu keluar dari kantor.

# %%
pegawai = pd.DataFrame({"nip": ["a", "b", "c", "d", "e", "f", "g"], "opd": "Bappeda"})
cuti = pd.DataFrame({"nip": ["c"], "start": ["2026-01-07"], "end": ["2026-01-09"]})
aturan = [
    {"kind": "quota", "max_days": 2, "text": "WFH paling banyak dua hari seminggu"},
    {"kind": "min_on_site", "share": 0.5, "text": "Paling sedikit separuh pegawai di kantor"},
]
daftar = rotasi.Roster.from_frame(pegawai, leave=cuti)
kebijakan = rotasi.Policy.model_validate(
    {"start": "2026-01-05", "end": "2026-01-09", "rules": aturan}
)
jadwal = rotasi.solve(daftar, kebijakan)
print(jadwal.to_grid().rename(columns="{:%d/%m}".format))

# %% [markdown]
# ## Baik dan benarkah?
#
# `proven` berarti: tidak ada jadwal yang mematuhi aturan dan lebih baik, tujuan demi tujuan.
# Pemeriksaan dilakukan oleh program yang tidak tahu-menahu tentang pencari jadwal.

# %%
print(jadwal.objectives.to_string(index=False))
print(rotasi.verify(jadwal, daftar, kebijakan))

# %% [markdown]
# ## Gambarnya
#
# Satu baris per ASN, satu kolom per hari. `jadwal.to_excel("jadwal.xlsx")` menulis buku kerja untuk
# dibagikan.

# %%
with use_language("id"):
    rotasi.plots.heat_map(jadwal, "Bappeda")
