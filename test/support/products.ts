/** The databases that are tested, by the names `TEST_BACKENDS` has for them. */
export const products = {
  mariadb: { title: 'MariaDB', family: 'mysql' },
  mysql: { title: 'MySQL', family: 'mysql' },
  postgres: { title: 'PostgreSQL', family: 'postgresql' },
  pglite: { title: 'PGlite', family: 'postgresql' },
} as const;

export type Product = keyof typeof products;
export type Family = (typeof products)[Product]['family'];

export const productNames = Object.keys(products) as Product[];
