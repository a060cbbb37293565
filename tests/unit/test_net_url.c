/* Addresses: what a user typed stays where it was put; what is no address is none. */
#include "unit.h"

#include <stdlib.h>

#include "net/url.h"

/* Undo the escapes of TEXT[0..N); false: a byte that should have been escaped. */
static bool unescape(const char *text, size_t n, struct vol_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        char hex[3] = {0};

        if (strchr("&=?#/ %+\"'<>\\", text[i]) && text[i] != '%')
            return false;
        if (text[i] != '%') {
            vol_buf_add_char(out, text[i]);
            continue;
        }
        if (i + 2 >= n)
            return false;
        memcpy(hex, text + i + 1, 2);
        vol_buf_add_char(out, (char)strtol(hex, NULL, 16));
        i += 2;
    }
    return true;
}

/* 500 payloads of bytes that mean something to an address, a header, a shell or a page (reliability X2). */
static void test_injection(void)
{
    static const char evil[] = "&=?#/ %+\"'<>\\\r\n\t.;:@[]{}|^`~!$()*,-_aZ09\x01\x7f\x80\xc3\xa9\xff";
    unsigned state = 1;
    int wrong = 0;

    for (int k = 0; k < 500; k++) {
        struct vol_buf url = VOL_BUF_INIT, back = VOL_BUF_INIT;
        char payload[33];
        size_t n = (size_t)k % 32 + 1;
        const char *value;

        for (size_t i = 0; i < n; i++) {
            state = state * 1664525u + 1013904223u;
            payload[i] = evil[(state >> 16) % (sizeof evil - 1)];
        }
        payload[n] = '\0';
        vol_buf_add_str(&url, "/path");
        UNIT(vol_url_param(&url, "a", payload) == VOL_OK && vol_url_param(&url, "b", "2") == VOL_OK);
        value = strstr(url.data, "?a=");
        wrong += !value || strcmp(url.data + url.len - 4, "&b=2") != 0 ||
                 !unescape(value + 3, url.len - 4 - (size_t)(value + 3 - url.data), &back) ||
                 strcmp(back.data, payload) != 0;
        vol_buf_free(&url);
        vol_buf_free(&back);
    }
    UNIT(wrong == 0);
}

static void test_parse(void)
{
    static const char *const bad[] = {"",
                                      "example.com",
                                      "ftp://example.com/",
                                      "https://",
                                      "https:///x",
                                      "https://user@example.com/",
                                      "https://user:pass@example.com/",
                                      "https://exa mple.com/",
                                      "https://example.com/\r\nX: 1",
                                      "https://example.com\\@evil.com/",
                                      "https://ex\xc3\xa4mple.com/",
                                      "HTTPS://example.com/"};
    struct vol_url a, b;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (!UNIT(vol_url_parse(bad[i], &a) == VOL_EDATA))
            printf("    %s\n", bad[i]);
    UNIT(vol_url_parse("https://API.Example.com:8443/v1/x?y=1", &a) == VOL_OK);
    UNIT_STR(a.host, "api.example.com:8443");
    UNIT_STR(a.path, "/v1/x?y=1");
    UNIT(a.https && !a.loopback);
    UNIT(vol_url_parse("https://api.example.com:8443/", &b) == VOL_OK && vol_url_same_place(&a, &b));
    UNIT(vol_url_parse("https://api.example.com/", &b) == VOL_OK && !vol_url_same_place(&a, &b));
    UNIT(vol_url_parse("http://api.example.com:8443/", &b) == VOL_OK && !vol_url_same_place(&a, &b));
    UNIT(vol_url_parse("https://api.example.com:8443.evil.com/", &b) == VOL_OK &&
         !vol_url_same_place(&a, &b));
}

static void test_loopback(void)
{
    static const char *const yes[] = {"http://localhost", "http://localhost:80/x", "http://127.0.0.1:9/",
                                      "http://127.9.8.7", "http://[::1]:8080/",    "http://[::1]"};
    static const char *const no[] = {"http://localhost.evil.com/",
                                     "http://127.0.0.1.evil.com/",
                                     "http://127.evil.com/",
                                     "http://1127.0.0.1/",
                                     "http://[::1].evil.com/",
                                     "http://[::2]/",
                                     "http://evil.com/?127.0.0.1/",
                                     "http://127.0.0/",
                                     "http://0.0.0.0/"};
    struct vol_url url;

    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        if (!UNIT(vol_url_parse(yes[i], &url) == VOL_OK && url.loopback))
            printf("    %s\n", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        if (!UNIT(vol_url_parse(no[i], &url) == VOL_OK && !url.loopback))
            printf("    %s\n", no[i]);
}

int main(void)
{
    test_injection();
    test_parse();
    test_loopback();
    return unit_done("net/url");
}
