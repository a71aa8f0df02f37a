"""The pages room: ledger → tables, charts, prose → HTML → PDF. It knows figures and definitions, never a respondent."""
