"""The figures room: responses and exhibits.yaml in, the ledger out. Every number is made here, once."""
