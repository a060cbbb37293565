#include "net/url.h"

#include <string.h>

static bool is_plain(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

enum vol_status vol_url_add(struct vol_buf *url, const char *text, size_t n)
{
    static const char digits[] = "0123456789ABCDEF";
    enum vol_status status = VOL_OK;

    for (size_t i = 0; i < n && status == VOL_OK; i++) {
        unsigned char c = (unsigned char)text[i];
        char escaped[3] = {'%', digits[c >> 4], digits[c & 15]};

        status = is_plain(c) ? vol_buf_add_char(url, (char)c) : vol_buf_add(url, escaped, sizeof escaped);
    }
    return status;
}

enum vol_status vol_url_param(struct vol_buf *url, const char *name, const char *value)
{
    enum vol_status status = vol_buf_add_char(url, strchr(url->data, '?') ? '&' : '?');

    if (status == VOL_OK)
        status = vol_buf_add_str(url, name);
    if (status == VOL_OK)
        status = vol_buf_add_char(url, '=');
    return status == VOL_OK ? vol_url_add(url, value, strlen(value)) : status;
}

/* Four numbers, the first of them 127: a name that only begins so (127.0.0.1.example.com) is none. */
static bool is_loopback_address(const char *host)
{
    size_t dots = 0;

    if (strncmp(host, "127.", 4) != 0)
        return false;
    for (const char *p = host; *p; p++)
        if (*p == '.')
            dots++;
        else if (*p < '0' || *p > '9')
            return false;
    return dots == 3;
}

static bool is_loopback(const char *host)
{
    char name[VOL_URL_HOST_MAX];
    char *port;

    strcpy(name, host);
    if (strncmp(name, "[::1]", 5) == 0 && (name[5] == '\0' || name[5] == ':'))
        return true;
    if ((port = strchr(name, ':')) != NULL)
        *port = '\0';
    return strcmp(name, "localhost") == 0 || is_loopback_address(name);
}

enum vol_status vol_url_parse(const char *text, struct vol_url *out)
{
    struct vol_url url = {0};
    const char *host;
    size_t n;

    for (const char *p = text; *p; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || *p == '\\')
            return VOL_EDATA;
    if (strncmp(text, "https://", 8) == 0) {
        url.https = true;
        host = text + 8;
    } else if (strncmp(text, "http://", 7) == 0) {
        host = text + 7;
    } else {
        return VOL_EDATA;
    }
    n = strcspn(host, "/?#");
    if (n == 0 || n >= sizeof url.host || memchr(host, '@', n))
        return VOL_EDATA;
    for (size_t i = 0; i < n; i++)
        url.host[i] = host[i] >= 'A' && host[i] <= 'Z' ? (char)(host[i] + 'a' - 'A') : host[i];
    url.loopback = is_loopback(url.host);
    url.path = host + n;
    *out = url;
    return VOL_OK;
}

bool vol_url_same_place(const struct vol_url *a, const struct vol_url *b)
{
    return a->https == b->https && strcmp(a->host, b->host) == 0;
}
