/* jansson_loop.c: the peer: one DOM per line with Jansson: load, three gets, (with `set`) one more member,
 * dump.
 *
 *     jansson_loop [set] < quotes.ndjson
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    int set = argc > 1 && strcmp(argv[1], "set") == 0;
    static char text[1 << 16];
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;

    setvbuf(stdout, NULL, _IOFBF, 1 << 18);
    while ((n = getline(&line, &cap, stdin)) > 0) {
        json_t *rec = json_loadb(line, (size_t)n, 0, NULL);
        double bid = json_number_value(json_object_get(rec, "bid")),
               ask = json_number_value(json_object_get(rec, "ask"));
        double strike = json_number_value(json_object_get(rec, "strike"));
        size_t len;

        if (rec == NULL)
            return 65;
        if (set && strike > 0)
            json_object_set_new(rec, "mid", json_real(0.5 * (bid + ask)));
        len = json_dumpb(rec, text, sizeof text, JSON_COMPACT | JSON_REAL_PRECISION(10));
        if (len > sizeof text - 1)
            return 70;
        text[len] = '\n';
        fwrite(text, 1, len + 1, stdout);
        json_decref(rec);
    }
    free(line);
    return fflush(stdout) != 0;
}
