-- The rows of a statement as lines of text.
copy ($text) to stdout (format csv, null '\N')
