"""What a schedule is worth beside others: costs, attendance, sizes."""
