DROP TABLE password_changes;
DROP INDEX users_display_name_idx;
DROP TABLE role_grants;
