"""What many virtual trials of a study came to: tables and pictures."""
