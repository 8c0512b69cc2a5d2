-- Let go of the file that rows are moved from.
detach source
