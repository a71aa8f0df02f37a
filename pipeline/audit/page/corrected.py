"""Which corrected answers stand behind which figure: the figure reads the answer and the respondent is asked for it."""

BEHIND = """
    behind AS (
        SELECT DISTINCT k.correction_id, m.cell_id FROM correction k JOIN cell_member m USING (source_row_id)
        JOIN cell c USING (cell_id) JOIN measure s USING (measure_id)
        WHERE ', ' || s.variables || ', ' || s.whole || ',' LIKE '%, ' || k.variable || ',%'
    )
"""
