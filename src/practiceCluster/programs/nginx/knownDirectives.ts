/** Directives that change what is served here. */
const obeyed =
  "http server listen server_name location root alias index return try_files error_page autoindex types default_type " +
  "access_log error_log log_format add_header proxy_pass upstream stub_status deny allow rewrite include";

/** Directives of nginx that are accepted and change nothing here: tuning, buffers, caches, TLS. */
const accepted =
  "user worker_processes worker_connections worker_rlimit_nofile worker_shutdown_timeout pid daemon master_process events " +
  "use multi_accept accept_mutex env load_module sendfile sendfile_max_chunk tcp_nopush tcp_nodelay keepalive_timeout " +
  "keepalive_requests keepalive server_tokens server_names_hash_bucket_size server_names_hash_max_size types_hash_max_size " +
  "types_hash_bucket_size client_max_body_size client_body_buffer_size client_header_buffer_size client_body_timeout " +
  "client_header_timeout client_body_temp_path large_client_header_buffers send_timeout reset_timedout_connection " +
  "gzip gzip_types gzip_vary gzip_proxied gzip_comp_level gzip_buffers gzip_http_version gzip_min_length gzip_disable gzip_static " +
  "open_file_cache open_file_cache_valid open_file_cache_min_uses open_file_cache_errors resolver resolver_timeout " +
  "ssl_protocols ssl_prefer_server_ciphers ssl_ciphers ssl_session_cache ssl_session_timeout ssl_certificate ssl_certificate_key " +
  "proxy_set_header proxy_http_version proxy_buffering proxy_read_timeout proxy_connect_timeout proxy_send_timeout " +
  "proxy_redirect proxy_temp_path proxy_cache proxy_cache_path proxy_pass_header proxy_hide_header proxy_next_upstream " +
  "fastcgi_temp_path uwsgi_temp_path scgi_temp_path charset expires etag if_modified_since log_not_found log_subrequest " +
  "absolute_redirect port_in_redirect server_name_in_redirect merge_slashes internal limit_except limit_req limit_req_zone " +
  "limit_conn limit_conn_zone set map geo variables_hash_max_size map_hash_bucket_size real_ip_header set_real_ip_from";

export const knownDirectives: ReadonlySet<string> = new Set(`${obeyed} ${accepted}`.split(" "));
