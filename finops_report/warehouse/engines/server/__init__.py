"""What engines of servers share: tables are found, read, summed and brought over in one way for all dialects."""
