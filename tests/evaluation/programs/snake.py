import random

import pygame

CELL = 20
WIDTH, HEIGHT = 30, 20
KEYS = {pygame.K_UP: (0, -1), pygame.K_DOWN: (0, 1), pygame.K_LEFT: (-1, 0), pygame.K_RIGHT: (1, 0)}


def place_food(snake):
    while True:
        food = (random.randrange(WIDTH), random.randrange(HEIGHT))
        if food not in snake:
            return food


def draw(screen, font, snake, food, text):
    screen.fill((20, 20, 20))
    for x, y in snake:
        pygame.draw.rect(screen, (0, 200, 0), (x * CELL, y * CELL, CELL - 1, CELL - 1))
    pygame.draw.rect(screen, (220, 0, 0), (food[0] * CELL, food[1] * CELL, CELL - 1, CELL - 1))
    screen.blit(font.render(text, True, (255, 255, 255)), (5, 5))
    pygame.display.flip()


def main():
    pygame.init()
    screen = pygame.display.set_mode((WIDTH * CELL, HEIGHT * CELL))
    pygame.display.set_caption("Snake")
    font = pygame.font.Font(None, 30)
    clock = pygame.time.Clock()
    snake = [(8, 10), (7, 10), (6, 10)]
    direction = (1, 0)
    food = place_food(snake)
    alive = True
    while True:
        for event in pygame.event.get():
            if event.type == pygame.QUIT:
                pygame.quit()
                return
            if event.type == pygame.KEYDOWN and event.key in KEYS:
                wanted = KEYS[event.key]
                if (wanted[0] + direction[0], wanted[1] + direction[1]) != (0, 0):
                    direction = wanted
        if alive:
            head = (snake[0][0] + direction[0], snake[0][1] + direction[1])
            inside = 0 <= head[0] < WIDTH and 0 <= head[1] < HEIGHT
            if not inside or head in snake:
                alive = False
            else:
                snake.insert(0, head)
                if head == food:
                    food = place_food(snake)
                else:
                    snake.pop()
        text = f"Score: {len(snake) - 3}" if alive else f"Game over! Score: {len(snake) - 3}"
        draw(screen, font, snake, food, text)
        clock.tick(8)


if __name__ == "__main__":
    main()
