/* pipe_rate.c: what this machine's pipe carries: blocks of 64 KB written into it, as a bound for a stage.
 *
 *     pipe_rate BYTES | cat > /dev/null      (the writer);      pipe_rate lines < FILE counts line feeds by
 * memchr
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char block[1 << 18];
    long long bytes, lines = 0;
    ssize_t n;

    if (argc > 1 && strcmp(argv[1], "lines") == 0) {
        while ((n = read(0, block, sizeof block)) > 0) {
            const char *p = block, *end = block + n;

            while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
                p++;
                lines++;
            }
        }
        printf("%lld\n", lines);
        return 0;
    }
    bytes = argc > 1 ? atoll(argv[1]) : 0;
    memset(block, 'x', sizeof block);
    while (bytes > 0) {
        n = write(1, block, bytes > 65536 ? 65536 : (size_t)bytes);
        if (n <= 0)
            return 74;
        bytes -= n;
    }
    return 0;
}
