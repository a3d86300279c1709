-- What may be done to the ledger and to Django's list of migrations: nothing but adding, and reading. Run it as the administrator
-- after every `migrate` (what a migration makes has the rights of all other tables at first):
--   psql --set=ON_ERROR_STOP=1 --dbname=parley --file=ops/postgresql/ledger.sql
REVOKE UPDATE, DELETE, TRUNCATE ON portal_auditentry, portal_auditroot FROM parley_web;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM parley_web;
