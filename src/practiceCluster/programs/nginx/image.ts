import type { Image } from "../program.ts";
import { toolsWithCurl } from "../tools/curl.ts";
import { mimeTypes } from "./mimeTypes.ts";
import { nginxProgram } from "./nginx.ts";

const welcomePage = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page comes with the image: nginx runs, and no volume hides its files.</p>
</body>
</html>
`;

const mainConfiguration = `user www-data;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;

events {
  worker_connections 512;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  log_format main '$remote_addr - $remote_user [$time_local] "$request" '
                  '$status $body_bytes_sent "$http_referer" "$http_user_agent"';
  access_log /var/log/nginx/access.log main;
  sendfile on;
  include /etc/nginx/conf.d/*.conf;
}
`;

const defaultServer = `server {
  listen 80;
  listen [::]:80;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html;
  }
}
`;

/** The `nginx` image: it serves /usr/share/nginx/html on port 80 and logs to the container's output. */
export const nginxImage: Image = {
  repository: "nginx",
  tags: { latest: "1.22.1", "1.22": "1.22.1", "1.22.1": "1.22.1" },
  entrypoint: [],
  command: ["nginx", "-g", "daemon off;"],
  environment: (version) => ({
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    NGINX_VERSION: version,
  }),
  workingDirectory: "/",
  sizeBytes: 71_000_000,
  stopSignal: "SIGQUIT",
  programs: (version) => ({ "/usr/sbin/nginx": nginxProgram(version), ...toolsWithCurl() }),
  files: () => ({
    "/etc/nginx/nginx.conf": mainConfiguration,
    "/etc/nginx/conf.d/default.conf": defaultServer,
    "/etc/nginx/mime.types": mimeTypes,
    "/usr/share/nginx/html/index.html": welcomePage,
    "/var/log/nginx/": "",
    "/run/": "",
  }),
  links: { "/var/log/nginx/access.log": "/dev/stdout", "/var/log/nginx/error.log": "/dev/stderr" },
};
