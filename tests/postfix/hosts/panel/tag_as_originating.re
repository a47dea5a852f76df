/^/ PREPEND X-Originating: yes
/spam\.example$/ FILTER smtp:[127.0.0.1]:10026
