"""What has nothing to do with rosters: files, dates, texts, logs, signals."""
