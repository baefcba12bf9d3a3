#pragma once
// libcurl sets and reads its options through variadic functions, which Swift does not import: each kind
// of value gets one inline function of fixed type here. No object file comes of this header.
// epoll and eventfd stand here because the Glibc module has neither.
#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

typedef size_t (*ccurl_data_callback)(char *, size_t, size_t, void *);
typedef int (*ccurl_seek_callback)(void *, curl_off_t, int);
typedef int (*ccurl_prereq_callback)(void *, char *, char *, int, int);
typedef curl_socket_t (*ccurl_open_socket_callback)(void *, curlsocktype, struct curl_sockaddr *);
typedef int (*ccurl_socket_callback)(CURL *, curl_socket_t, int, void *, void *);
typedef int (*ccurl_timer_callback)(CURLM *, long, void *);

static inline CURLcode ccurl_set_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_off(CURL *h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_string(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_pointer(CURL *h, CURLoption o, void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_list(CURL *h, CURLoption o, struct curl_slist *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_data(CURL *h, CURLoption o, ccurl_data_callback v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode ccurl_set_seek(CURL *h, ccurl_seek_callback v) { return curl_easy_setopt(h, CURLOPT_SEEKFUNCTION, v); }
static inline CURLcode ccurl_set_prereq(CURL *h, ccurl_prereq_callback v) { return curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, v); }
static inline CURLcode ccurl_set_open_socket(CURL *h, ccurl_open_socket_callback v) { return curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, v); }

static inline long ccurl_get_long(CURL *h, CURLINFO i) { long v = 0; return curl_easy_getinfo(h, i, &v) == CURLE_OK ? v : 0; }
static inline void *ccurl_get_private(CURL *h) { char *v = 0; curl_easy_getinfo(h, CURLINFO_PRIVATE, &v); return v; }

static inline CURLMcode ccurl_multi_long(CURLM *m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }
static inline CURLMcode ccurl_multi_pointer(CURLM *m, CURLMoption o, void *v) { return curl_multi_setopt(m, o, v); }
static inline CURLMcode ccurl_multi_socket(CURLM *m, ccurl_socket_callback v) { return curl_multi_setopt(m, CURLMOPT_SOCKETFUNCTION, v); }
static inline CURLMcode ccurl_multi_timer(CURLM *m, ccurl_timer_callback v) { return curl_multi_setopt(m, CURLMOPT_TIMERFUNCTION, v); }

// The result lies in a union.
static inline CURLcode ccurl_message_result(const CURLMsg *m) { return m->data.result; }
// What is sent must be one of the two schemes; the option that takes names is newer than the one that takes bits.
static inline CURLcode ccurl_only_http(CURL *h) {
#if LIBCURL_VERSION_NUM >= 0x075500
    return curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    return curl_easy_setopt(h, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}
