def count_levels(path):
    counts = {"ERROR": 0, "WARNING": 0, "INFO": 0}
    with open(path, encoding="utf-8") as file:
        for line in file:
            parts = line.split()
            if len(parts) > 2 and parts[2] in counts:
                counts[parts[2]] += 1
    return counts


def main():
    for level, count in count_levels("server.log").items():
        print(f"{level}: {count}")


if __name__ == "__main__":
    main()
