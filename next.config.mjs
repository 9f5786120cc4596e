/** @type {import('next').NextConfig} */
export default {
  // Demo, tests and bench build beside each other; each names its own folder.
  distDir: process.env.DIST_DIR ?? '.next',
  // A trailing slash is another path. Next would redirect it before anything is verified.
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ['libsql'],
  turbopack: { root: import.meta.dirname },
}
