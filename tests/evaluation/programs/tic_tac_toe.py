LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def show(board):
    for row in range(3):
        print(" | ".join(board[row * 3 : row * 3 + 3]))


def winner(board):
    for a, b, c in LINES:
        if board[a] != " " and board[a] == board[b] == board[c]:
            return board[a]
    return None


def main():
    board = [" "] * 9
    player = "X"
    while True:
        text = input(f"Player {player}, your move (1-9): ").strip()
        if not text.isdigit() or not 1 <= int(text) <= 9 or board[int(text) - 1] != " ":
            print("Not possible, try again.")
            continue
        board[int(text) - 1] = player
        show(board)
        if winner(board):
            print(f"{player} wins!")
            return
        if " " not in board:
            print("It is a draw.")
            return
        player = "O" if player == "X" else "X"


if __name__ == "__main__":
    main()
