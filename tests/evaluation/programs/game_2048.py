import random

import pygame

SIZE = 4
CELL = 100


def add_tile(board):
    empty = [(r, c) for r in range(SIZE) for c in range(SIZE) if board[r][c] == 0]
    if empty:
        row, column = random.choice(empty)
        board[row][column] = 4 if random.random() < 0.1 else 2


def merge(line):
    tiles = [value for value in line if value]
    result = []
    while tiles:
        if len(tiles) > 1 and tiles[0] == tiles[1]:
            result.append(tiles[0] * 2)
            tiles = tiles[2:]
        else:
            result.append(tiles.pop(0))
    return result + [0] * (SIZE - len(result))


def move(board, key):
    if key == pygame.K_LEFT:
        return [merge(row) for row in board]
    if key == pygame.K_RIGHT:
        return [merge(row[::-1])[::-1] for row in board]
    columns = [list(column) for column in zip(*board)]
    if key == pygame.K_UP:
        moved = [merge(column) for column in columns]
    else:
        moved = [merge(column[::-1])[::-1] for column in columns]
    return [list(row) for row in zip(*moved)]


def draw(screen, font, board):
    screen.fill((187, 173, 160))
    for row in range(SIZE):
        for column in range(SIZE):
            value = board[row][column]
            rect = pygame.Rect(column * CELL + 5, row * CELL + 5, CELL - 10, CELL - 10)
            pygame.draw.rect(screen, (238, 228, 218) if value else (205, 193, 180), rect)
            if value:
                text = font.render(str(value), True, (60, 60, 60))
                screen.blit(text, text.get_rect(center=rect.center))
    pygame.display.flip()


def main():
    pygame.init()
    screen = pygame.display.set_mode((SIZE * CELL, SIZE * CELL))
    pygame.display.set_caption("2048")
    font = pygame.font.Font(None, 48)
    clock = pygame.time.Clock()
    board = [[0] * SIZE for _ in range(SIZE)]
    add_tile(board)
    add_tile(board)
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                pygame.quit()
                return
            if event.type == pygame.KEYDOWN and event.key in {
                pygame.K_LEFT, pygame.K_RIGHT, pygame.K_UP, pygame.K_DOWN
            }:  # fmt: skip
                moved = move(board, event.key)
                if moved != board:
                    board = moved
                    add_tile(board)
        draw(screen, font, board)
        clock.tick(30)


if __name__ == "__main__":
    main()
