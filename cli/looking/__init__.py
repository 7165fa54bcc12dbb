"""What ``linli look`` needs: names of files, drawn copies, a table."""
