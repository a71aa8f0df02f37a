"""What a company's own answers mean by published rules: rules as data in guidance.yaml, each with formula and source.

None of it is a survey result: other companies' answers do not enter.
"""
