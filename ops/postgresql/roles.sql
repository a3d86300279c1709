-- Roles of the database: parley_owner owns the tables and runs `migrate`; parley_web is what web and worker come as. It owns
-- nothing, makes and drops nothing, and cannot change what the ledger says. Run it as the administrator, before the first `migrate`:
--   psql --set=ON_ERROR_STOP=1 --file=ops/postgresql/roles.sql
-- and give both a password afterwards (\password parley_owner, \password parley_web). It may be run again.

SELECT 'CREATE ROLE parley_owner LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parley_owner') \gexec
SELECT 'CREATE ROLE parley_web LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parley_web') \gexec
SELECT 'CREATE DATABASE parley OWNER parley_owner' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'parley') \gexec
REVOKE ALL ON DATABASE parley FROM PUBLIC;
GRANT CONNECT ON DATABASE parley TO parley_web;

\connect parley
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO parley_owner;
GRANT USAGE ON SCHEMA public TO parley_web;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO parley_web;
ALTER DEFAULT PRIVILEGES FOR ROLE parley_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO parley_web;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO parley_web;

-- At once, so that no moment opens the ledger: what ledger.sql takes away is taken away again where the tables are there already.
BEGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO parley_web;
SELECT 'REVOKE UPDATE, DELETE, TRUNCATE ON portal_auditentry, portal_auditroot FROM parley_web'
    WHERE to_regclass('public.portal_auditroot') IS NOT NULL \gexec
SELECT 'REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM parley_web'
    WHERE to_regclass('public.django_migrations') IS NOT NULL \gexec
COMMIT;
