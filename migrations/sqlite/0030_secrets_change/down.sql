DROP TABLE password_resets;
DROP TABLE key_steps;
