DROP TABLE second_factor_resets;
DROP TABLE second_factors;
