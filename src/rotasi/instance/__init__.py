"""A roster under a policy, on the axes (ASN, workday)."""
