"""Database triggers that refuse changes to the ledger: protection against mistakes, not against the database's owner.

PostgreSQL refuses UPDATE, DELETE and TRUNCATE, except TRUNCATE on connections opened with
`-c parley.allow_audit_flush=on`, as the test suite's are. SQLite refuses UPDATE, and DELETE of all but the first
row: to empty a table, tests delete its first row repeatedly. An UPDATE without changed values is permitted.
A migration that recreates one of the tables on SQLite drops its triggers and has to call `install_triggers` again.
"""

GUARDED_TABLES = {"portal_auditentry": "number", "portal_auditroot": "id"}  # and the column that rows are counted by
REFUSAL_MESSAGE = "The audit ledger is only ever added to."

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION portal_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' AND current_setting('parley.allow_audit_flush', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION '{REFUSAL_MESSAGE}';
END $$
"""
POSTGRESQL_TRIGGERS = """
CREATE OR REPLACE TRIGGER {table}_unchanged BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION portal_audit_refuse();
CREATE OR REPLACE TRIGGER {table}_kept BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION portal_audit_refuse();
CREATE OR REPLACE TRIGGER {table}_whole BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse()
"""
SQLITE_TRIGGERS = [
    "CREATE TRIGGER IF NOT EXISTS {table}_unchanged BEFORE UPDATE ON {table} WHEN {changed} "
    "BEGIN SELECT RAISE(ABORT, '{words}'); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {number} < OLD.{number}) "
    "BEGIN SELECT RAISE(ABORT, '{words}'); END",
]


def install_triggers(connection):
    """Create the missing triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for table, number in GUARDED_TABLES.items():
            for statement in trigger_statements(connection, cursor, table, number):
                cursor.execute(statement)


def remove_triggers(connection):
    """Drop the triggers."""
    with connection.cursor() as cursor:
        for table in GUARDED_TABLES:
            for name in ("unchanged", "kept", "whole"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")
        if connection.vendor == "postgresql":
            cursor.execute("DROP FUNCTION IF EXISTS portal_audit_refuse()")


def trigger_statements(connection, cursor, table, number):
    """Return the SQL that creates one table's triggers on this database."""
    if connection.vendor == "postgresql":
        return [POSTGRESQL_TRIGGERS.format(table=table)]
    columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in columns)
    return [each.format(table=table, number=number, changed=changed, words=REFUSAL_MESSAGE) for each in SQLITE_TRIGGERS]
