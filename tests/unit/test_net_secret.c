/* Keys: what is one, where it goes, and that it comes out of nothing again. */
#include "unit.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/secret.h"

static void test_add(void)
{
    static const struct {
        const char *value;
        size_t n;
    } bad[] = {{"", 0},
               {"abc", 3},
               {"ab cd", 5},
               {"ab\ncd", 5},
               {"ab\r\nX: 1", 9},
               {"abcd\0ef", 7},
               {"\x7f\x7f\x7f\x7f", 4},
               {"abc\xc3\xa4", 5},
               {"   \n", 4}};
    struct vol_secrets s = {0};
    struct vol_error err = {0};
    char *big = calloc(1, VOL_SECRET_BYTES_MAX + 2);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        UNIT(vol_secrets_add(&s, "K", bad[i].value, bad[i].n, &err) == VOL_EPERM);
        UNIT(strstr(err.text, "abc") == NULL); /* the value is in no message */
    }
    memset(big, 'x', VOL_SECRET_BYTES_MAX + 1);
    UNIT(vol_secrets_add(&s, "K", big, VOL_SECRET_BYTES_MAX + 1, NULL) == VOL_EPERM);
    UNIT(vol_secrets_add(&s, "K", big, VOL_SECRET_BYTES_MAX, NULL) == VOL_OK);
    UNIT(vol_secrets_add(&s, "L", "abcd\r\n", 6, NULL) == VOL_OK && s.secret[1].len == 4);
    UNIT(vol_secrets_add(&s, "M", "abcd", 4, NULL) == VOL_OK &&
         vol_secrets_add(&s, "N", "abcd", 4, NULL) == VOL_OK);
    UNIT(vol_secrets_add(&s, "O", "abcd", 4, NULL) == VOL_EINTERNAL && s.n == 4);
    vol_secrets_free(&s);
    UNIT(s.n == 0);
    free(big);
}

static void test_expand(void)
{
    struct vol_secrets s = {0};
    struct vol_buf out = VOL_BUF_INIT;

    UNIT(vol_secrets_add(&s, "KEY", "a/b+c&d", 7, NULL) == VOL_OK &&
         vol_secrets_add(&s, "KEY2", "zzzz", 4, NULL) == VOL_OK);
    UNIT(vol_secrets_expand(&s, "/x?k={KEY}&l={KEY2}&m={OTHER}{", 1, &out) == VOL_OK);
    UNIT_STR(out.data, "/x?k=a%2Fb%2Bc%26d&l=zzzz&m={OTHER}{");
    vol_buf_clear(&out);
    UNIT(vol_secrets_expand(&s, "Authorization: Bearer {KEY}", 0, &out) == VOL_OK);
    UNIT_STR(out.data, "Authorization: Bearer a/b+c&d");
    vol_buf_free(&out);
    vol_secrets_free(&s);
}

static void test_mask(void)
{
    struct vol_secrets s = {0};
    char text[] = "x a/b+c&d y a%2Fb%2Bc%26d a/b+c& a/b+c&da/b+c&d";
    char none[] = "a/b";

    UNIT(vol_secrets_add(&s, "KEY", "a/b+c&d", 7, NULL) == VOL_OK);
    vol_secrets_mask(&s, text, strlen(text));
    UNIT_STR(text, "x ******* y ************* a/b+c& **************");
    vol_secrets_mask(&s, none, 3);
    UNIT_STR(none, "a/b");
    vol_secrets_mask(&s, none, 0);
    vol_secrets_free(&s);
}

static void test_read(void)
{
    static const int closed[] = {0600, 0400, 0700}, open[] = {0640, 0620, 0610, 0604, 0602, 0601, 0666};
    char dir[] = "/tmp/volpipe-secret.XXXXXX", path[64];
    struct vol_secrets s = {0};
    struct vol_error err = {0};
    FILE *file;

    if (!UNIT(mkdtemp(dir) != NULL))
        return;
    snprintf(path, sizeof path, "%s/key", dir);
    file = fopen(path, "w");
    fputs("canary-key\nsecond line\n", file);
    fclose(file);
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        chmod(path, (mode_t)closed[i]);
        UNIT(vol_secrets_read(&s, "K", path, &err) == VOL_OK && s.n == 1 &&
             strcmp(s.secret[0].value, "canary-key") == 0);
        vol_secrets_free(&s);
    }
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        chmod(path, (mode_t)open[i]);
        UNIT(vol_secrets_read(&s, "K", path, &err) == VOL_EPERM && s.n == 0 &&
             strstr(err.text, "canary") == NULL);
    }
    UNIT(vol_secrets_read(&s, "K", dir, &err) == VOL_EPERM);
    unlink(path);
    UNIT(vol_secrets_read(&s, "K", path, &err) == VOL_ENOINPUT);
    UNIT(mkfifo(path, 0600) == 0 &&
         vol_secrets_read(&s, "K", path, &err) == VOL_EPERM); /* and does not wait */
    unlink(path);
    rmdir(dir);
}

int main(void)
{
    test_add();
    test_expand();
    test_mask();
    test_read();
    return unit_done("net/secret");
}
