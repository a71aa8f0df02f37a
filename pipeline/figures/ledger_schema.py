"""The tables of ledger.sqlite, from the specification through the figures to where each is printed and who signed it.

Datasette shows a row that is pointed at by its `title`, so every such table has one; the views `…_labelled` spell the
labels out for reading without clicks. `appearance`, `disclosure`, `recomputation` and `signoff` are filled by those who
know them; without them they are empty.
"""

TABLES = """
CREATE TABLE run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE source_file (source_file_id INTEGER PRIMARY KEY, title TEXT NOT NULL, sha256 TEXT NOT NULL,
    records INTEGER NOT NULL, encoding TEXT, kind TEXT, survey TEXT NOT NULL);
CREATE TABLE source_row (source_row_id INTEGER PRIMARY KEY, title TEXT NOT NULL,
    source_file_id INTEGER NOT NULL REFERENCES source_file, row INTEGER NOT NULL, record_id TEXT NOT NULL,
    sha256 TEXT NOT NULL);
CREATE TABLE record (source_row_id INTEGER PRIMARY KEY REFERENCES source_row, record_id TEXT NOT NULL,
    status TEXT NOT NULL, rule TEXT, reason TEXT);
CREATE TABLE rule_result (rule TEXT PRIMARY KEY, title TEXT NOT NULL, severity TEXT NOT NULL, holds INTEGER NOT NULL,
    violated INTEGER NOT NULL, not_evaluable INTEGER NOT NULL);
CREATE TABLE finding (finding_id TEXT PRIMARY KEY, title TEXT NOT NULL, rule TEXT REFERENCES rule_result,
    severity TEXT NOT NULL, respondent_id TEXT, source_row_id INTEGER REFERENCES source_row, variables TEXT, raw TEXT,
    proposed TEXT, state TEXT NOT NULL, decision TEXT);
CREATE TABLE correction (correction_id INTEGER PRIMARY KEY, respondent_id TEXT NOT NULL,
    source_row_id INTEGER REFERENCES source_row, variable TEXT NOT NULL, old TEXT, new TEXT, source TEXT, reason TEXT,
    author TEXT);
CREATE TABLE exhibit (exhibit TEXT PRIMARY KEY, title TEXT NOT NULL, chapter TEXT NOT NULL, survey TEXT NOT NULL,
    measure TEXT NOT NULL, question TEXT NOT NULL, question_text TEXT NOT NULL, statistic TEXT NOT NULL,
    base TEXT NOT NULL, "where" TEXT NOT NULL, dimensions TEXT NOT NULL, cut_by TEXT NOT NULL,
    add_to_100 TEXT NOT NULL, note TEXT NOT NULL, display_order INTEGER NOT NULL);
CREATE TABLE measure (measure_id TEXT PRIMARY KEY, title TEXT NOT NULL, exhibit TEXT NOT NULL REFERENCES exhibit,
    "column" TEXT NOT NULL, statistic TEXT NOT NULL, variables TEXT NOT NULL, counts TEXT NOT NULL,
    whole TEXT NOT NULL, unit TEXT NOT NULL, decimals INTEGER, place TEXT NOT NULL);
CREATE TABLE cell (cell_id TEXT PRIMARY KEY, title TEXT NOT NULL, exhibit TEXT NOT NULL REFERENCES exhibit,
    dimension TEXT NOT NULL, band TEXT NOT NULL, "column" TEXT NOT NULL, stat_name TEXT NOT NULL, stat REAL,
    printed TEXT NOT NULL, unit TEXT NOT NULL, numerator NUMERIC, denominator NUMERIC, n INTEGER, status TEXT NOT NULL,
    mark TEXT NOT NULL, adjusted INTEGER NOT NULL, label TEXT NOT NULL, display_order INTEGER NOT NULL,
    survey TEXT NOT NULL, measure_id TEXT REFERENCES measure, subset TEXT NOT NULL,
    fingerprint TEXT NOT NULL);
CREATE TABLE cell_member (cell_member_id INTEGER PRIMARY KEY, cell_id TEXT NOT NULL REFERENCES cell,
    role TEXT NOT NULL CHECK (role IN ('NUMERATOR', 'DENOMINATOR', 'EXCLUDED')), respondent_id TEXT NOT NULL,
    source_row_id INTEGER REFERENCES source_row, variable TEXT NOT NULL, value_raw TEXT NOT NULL, value_used REAL,
    order_rank INTEGER, is_pivot INTEGER NOT NULL, reason TEXT NOT NULL, weight REAL);
CREATE TABLE operand (operand_id INTEGER PRIMARY KEY, cell_id TEXT NOT NULL REFERENCES cell, role TEXT NOT NULL,
    operand_cell_id TEXT NOT NULL REFERENCES cell);
CREATE TABLE moved (cell_id TEXT PRIMARY KEY REFERENCES cell, before TEXT NOT NULL, after TEXT NOT NULL,
    because TEXT NOT NULL);
CREATE TABLE headline (headline_id INTEGER PRIMARY KEY, exhibit TEXT NOT NULL REFERENCES exhibit, rule TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE appearance (appearance_id INTEGER PRIMARY KEY, cell_id TEXT NOT NULL REFERENCES cell,
    medium TEXT NOT NULL CHECK (medium IN ('html', 'pdf')),
    element TEXT NOT NULL CHECK (element IN ('table_cell', 'label', 'axis', 'headline', 'prose', 'alt_text', 'note',
        'base')),
    exhibit TEXT NOT NULL, anchor TEXT NOT NULL, page INTEGER, printed_text TEXT NOT NULL);
CREATE TABLE disclosure (disclosure_id INTEGER PRIMARY KEY, cell_id TEXT NOT NULL REFERENCES cell,
    edition TEXT NOT NULL CHECK (edition IN ('internal', 'external')), status TEXT NOT NULL,
    suppression TEXT NOT NULL CHECK (suppression IN ('none', 'primary', 'complementary', 'dominance', 'rounded')),
    reason TEXT NOT NULL, n_contributors INTEGER, top_share REAL, rule TEXT NOT NULL);
CREATE TABLE recomputation (recomputation_id INTEGER PRIMARY KEY, cell_id TEXT NOT NULL REFERENCES cell,
    engine TEXT NOT NULL, engine_version TEXT NOT NULL, formula TEXT NOT NULL, value REAL, n INTEGER, printed TEXT,
    verdict TEXT NOT NULL CHECK (verdict IN ('equal', 'different', 'not_recomputed')), reason TEXT NOT NULL);
CREATE TABLE signoff (signoff_id INTEGER PRIMARY KEY, cell_id TEXT NOT NULL REFERENCES cell, reviewer TEXT NOT NULL,
    verdict TEXT NOT NULL, note TEXT NOT NULL, at_utc TEXT NOT NULL, signed_hash TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('holds', 'reopened')));
"""

INDEXES = """
CREATE INDEX cell_by_exhibit ON cell (exhibit, display_order);
CREATE INDEX cell_member_by_cell ON cell_member (cell_id, role);
CREATE INDEX cell_member_by_respondent ON cell_member (respondent_id);
CREATE INDEX operand_by_cell ON operand (cell_id);
CREATE INDEX operand_by_operand ON operand (operand_cell_id);
CREATE INDEX appearance_by_cell ON appearance (cell_id);
CREATE INDEX disclosure_by_cell ON disclosure (cell_id);
CREATE INDEX recomputation_by_cell ON recomputation (cell_id);
CREATE INDEX signoff_by_cell ON signoff (cell_id);
"""

VIEWS = """
CREATE VIEW cell_labelled AS
    SELECT c.cell_id, c.printed, c.label, e.title AS exhibit, m.title AS measure, c.stat, c.unit, c.numerator,
        c.denominator, c.n, c.status, e.base, c.subset, m.counts,
        (SELECT count(*) FROM appearance a WHERE a.cell_id = c.cell_id) AS appearances
    FROM cell c JOIN exhibit e USING (exhibit) LEFT JOIN measure m USING (measure_id) ORDER BY c.display_order;
CREATE VIEW member_labelled AS
    SELECT m.cell_id, c.title AS figure, c.printed, m.role, m.respondent_id, r.title AS source_row, m.variable,
        m.value_raw, m.value_used, m.order_rank, m.is_pivot, m.reason
    FROM cell_member m JOIN cell c USING (cell_id) LEFT JOIN source_row r USING (source_row_id);
CREATE VIEW operand_labelled AS
    SELECT o.cell_id, c.title AS figure, c.printed, o.role, o.operand_cell_id, p.title AS operand,
        p.printed AS operand_printed
    FROM operand o JOIN cell c USING (cell_id) JOIN cell p ON p.cell_id = o.operand_cell_id;
CREATE VIEW appearance_labelled AS
    SELECT a.cell_id, c.title AS figure, a.printed_text, a.medium, a.page, a.element, a.exhibit, a.anchor
    FROM appearance a JOIN cell c USING (cell_id);
CREATE VIEW correction_labelled AS
    SELECT c.respondent_id, r.title AS source_row, c.variable, c.old, c.new, c.reason, c.author
    FROM correction c LEFT JOIN source_row r USING (source_row_id);
"""
