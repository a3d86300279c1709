"""Triggers that keep the database itself from changing the ledger: a guard against mistakes, not against its owner.

On PostgreSQL rows can be neither changed nor removed, and the tables not emptied, except by a connection that was
opened with `-c parley.allow_audit_flush=on`, as the test suite's are. On SQLite rows can be neither changed nor, but
for the first one, removed: emptying a table there means removing its first row again and again, and tests do that.
Writing the same values again is no change. A migration that makes one of the tables anew on SQLite loses its
triggers, and has to call `put_up` again.
"""

TABLES = {"portal_auditentry": "number", "portal_auditroot": "id"}  # and the column that rows are counted by
WORDS = "The audit ledger is only ever added to."

FUNCTION = f"""
CREATE OR REPLACE FUNCTION portal_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('parley.allow_audit_flush', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{WORDS}';
END $$
"""
POSTGRESQL = """
CREATE OR REPLACE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION portal_audit_refuse();
CREATE OR REPLACE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION portal_audit_refuse();
CREATE OR REPLACE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse()
"""
SQLITE = [
    "CREATE TRIGGER IF NOT EXISTS {table}_unchanged BEFORE UPDATE ON {table} WHEN {changed} "
    "BEGIN SELECT RAISE(ABORT, '{words}'); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {number} < OLD.{number}) "
    "BEGIN SELECT RAISE(ABORT, '{words}'); END",
]


def put_up(connection):
    """Make the triggers, where they are not there yet."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for table, number in TABLES.items():
            for statement in statements(connection, cursor, table, number):
                cursor.execute(statement)


def take_down(connection):
    """Remove the triggers."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in ("unchanged", "kept", "whole"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS portal_audit_refuse()")


def statements(connection, cursor, table, number):
    """Return what makes one table's triggers on the database at hand."""
    if connection.vendor == "postgresql":
        return [POSTGRESQL.format(table=table)]
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    return [each.format(table=table, number=number, changed=changed, words=WORDS) for each in SQLITE]
